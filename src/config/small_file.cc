#include "config/small_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "config/units.h"

namespace sluice::config {

Result<std::string> read_small_file(const std::string& path, std::size_t max) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(max + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || !file.eof()) {
    if (file.gcount() > static_cast<std::streamsize>(max)) {
      return failure("larger than " + format_quantity(Kind::Bytes, max) +
                     ", so probably not what it should be");
    }
    return failure(std::string("cannot be read: ") + std::strerror(errno));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace sluice::config
