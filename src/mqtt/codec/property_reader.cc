#include "mqtt/codec/property_reader.h"

#include "base/assert.h"
#include "mqtt/codec/properties.h"

namespace sluice::mqtt {

void for_each_property(ByteView forwarded,
                       const std::function<void(PropertyId, ByteView, ByteView)>& visit) {
  Reader reader(forwarded);
  while (!reader.at_end()) {
    const Property property = read_property(reader);
    SLUICE_ASSERT(!reader.failed());
    // A number is shown as its bytes behind the one of the identifier.
    const bool is_number = property.first.data() == nullptr;
    visit(property.id, is_number ? property.encoded.substr(1) : property.first, property.second);
  }
}

}  // namespace sluice::mqtt
