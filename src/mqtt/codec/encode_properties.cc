#include "mqtt/codec/encode_properties.h"

namespace sluice::mqtt {

char* write_variable_byte_integer(char* to, std::uint32_t value) {
  SLUICE_ASSERT(value <= kRemainingLengthMax);
  while (value >= 0x80) {
    *to++ = static_cast<char>((value & 0x7F) | 0x80);
    value >>= 7;
  }
  *to++ = static_cast<char>(value);
  return to;
}

void append_payload_format_indicator(std::string& section, bool is_utf8) {
  Writer writer(section);
  put(writer, PropertyId::PayloadFormatIndicator, std::optional<bool>(is_utf8));
}

void append_content_type(std::string& section, ByteView value) {
  Writer writer(section);
  put(writer, PropertyId::ContentType, std::optional<ByteView>(value));
}

void append_response_topic(std::string& section, ByteView value) {
  Writer writer(section);
  put(writer, PropertyId::ResponseTopic, std::optional<ByteView>(value));
}

void append_correlation_data(std::string& section, ByteView value) {
  Writer writer(section);
  put(writer, PropertyId::CorrelationData, std::optional<ByteView>(value));
}

void append_user_property(std::string& section, ByteView name, ByteView value) {
  Writer writer(section);
  put_string_pair(writer, name, value);
}

}  // namespace sluice::mqtt
