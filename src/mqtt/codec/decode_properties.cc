#include <limits>
#include <string>

#include "base/assert.h"
#include "mqtt/codec/properties.h"

namespace sluice::mqtt {
namespace {

void store(Properties& out, const Property& property) {
  const std::uint32_t number = property.number;
  const auto two_bytes = static_cast<std::uint16_t>(number);
  const bool flag = number != 0;
  switch (property.id) {
    case PropertyId::SubscriptionIdentifier:
      out.subscription_identifier = number;
      break;
    case PropertyId::SessionExpiryInterval:
      out.session_expiry_interval = number;
      break;
    case PropertyId::MaximumPacketSize:
      out.maximum_packet_size = number;
      break;
    case PropertyId::ServerKeepAlive:
      out.server_keep_alive = two_bytes;
      break;
    case PropertyId::ReceiveMaximum:
      out.receive_maximum = two_bytes;
      break;
    case PropertyId::TopicAliasMaximum:
      out.topic_alias_maximum = two_bytes;
      break;
    case PropertyId::MaximumQos:
      out.maximum_qos = static_cast<std::uint8_t>(number);
      break;
    case PropertyId::RequestProblemInformation:
      out.request_problem_information = flag;
      break;
    case PropertyId::RequestResponseInformation:
      out.request_response_information = flag;
      break;
    case PropertyId::RetainAvailable:
      out.retain_available = flag;
      break;
    case PropertyId::WildcardSubscriptionAvailable:
      out.wildcard_subscription_available = flag;
      break;
    case PropertyId::SubscriptionIdentifierAvailable:
      out.subscription_identifier_available = flag;
      break;
    case PropertyId::SharedSubscriptionAvailable:
      out.shared_subscription_available = flag;
      break;
    case PropertyId::AssignedClientIdentifier:
      out.assigned_client_identifier = property.first;
      break;
    case PropertyId::AuthenticationMethod:
      out.authentication_method = property.first;
      break;
    case PropertyId::AuthenticationData:
      out.authentication_data = property.first;
      break;
    case PropertyId::ResponseInformation:
      out.response_information = property.first;
      break;
    case PropertyId::ServerReference:
      out.server_reference = property.first;
      break;
    case PropertyId::ReasonString:
      out.reason_string = property.first;
      break;
    case PropertyId::UserProperty:
      out.user_properties.emplace_back(property.first, property.second);
      break;
    case PropertyId::PayloadFormatIndicator:
    case PropertyId::MessageExpiryInterval:
    case PropertyId::ContentType:
    case PropertyId::ResponseTopic:
    case PropertyId::CorrelationData:
    case PropertyId::WillDelayInterval:
    case PropertyId::TopicAlias:
      SLUICE_UNREACHABLE();  // the cursor gives them to PUBLISH and Will
  }
}

/// Collects the properties that are passed on: as a view of the packet while they are neighbours,
/// in this thread's scratch from the first gap on.
class ForwardedSection {
 public:
  void keep(ByteView encoded) {
    if (is_in_scratch_) {
      scratch().append(encoded);
    } else if (view_.empty()) {
      view_ = encoded;
    } else if (view_.data() + view_.size() == encoded.data()) {
      view_ = ByteView(view_.data(), view_.size() + encoded.size());
    } else {
      is_in_scratch_ = true;
      start_scratch();
      scratch().append(view_).append(encoded);
    }
  }

  ByteView view() const { return is_in_scratch_ ? ByteView(scratch()) : view_; }

 private:
  // One large packet must not hold its memory for the life of the thread.
  static constexpr std::size_t kScratchKept = 64 * 1024;

  static std::string& scratch() {
    static thread_local std::string bytes;
    return bytes;
  }

  static void start_scratch() {
    std::string& bytes = scratch();
    if (bytes.capacity() > kScratchKept) std::string().swap(bytes);
    bytes.clear();
  }

  ByteView view_;
  bool is_in_scratch_ = false;
};

void store(PublishProperties& out, ForwardedSection& forwarded, const Property& property) {
  switch (property.id) {
    case PropertyId::MessageExpiryInterval:
      out.message_expiry_interval = property.number;
      return;
    case PropertyId::WillDelayInterval:
      out.will_delay_interval = property.number;
      return;
    case PropertyId::TopicAlias:
      out.topic_alias = static_cast<std::uint16_t>(property.number);
      return;
    case PropertyId::SubscriptionIdentifier:
      out.subscription_identifiers.push_back(property.number);
      return;
    case PropertyId::PayloadFormatIndicator:
      out.payload_is_utf8 = property.number == 1;
      break;
    case PropertyId::UserProperty:
      if (out.user_property_count < std::numeric_limits<std::uint16_t>::max()) {
        ++out.user_property_count;
      }
      break;
    default:
      break;
  }
  forwarded.keep(property.encoded);
}

}  // namespace

ReasonCode read_properties(Reader& packet, PropertyOwner owner, Properties& out) {
  PropertyCursor cursor(packet, owner);
  Property property;
  while (!cursor.at_end()) {
    const ReasonCode reason = cursor.next(property);
    if (reason != ReasonCode::Success) return reason;
    store(out, property);
  }
  if (cursor.failed()) return ReasonCode::MalformedPacket;
  if (out.authentication_data && !out.authentication_method) return ReasonCode::ProtocolError;
  return ReasonCode::Success;
}

ReasonCode read_publish_properties(Reader& packet, PropertyOwner owner, PublishProperties& out) {
  PropertyCursor cursor(packet, owner);
  ForwardedSection forwarded;
  Property property;
  while (!cursor.at_end()) {
    const ReasonCode reason = cursor.next(property);
    if (reason != ReasonCode::Success) return reason;
    store(out, forwarded, property);
  }
  if (cursor.failed()) return ReasonCode::MalformedPacket;
  out.forwarded = forwarded.view();
  return ReasonCode::Success;
}

}  // namespace sluice::mqtt
