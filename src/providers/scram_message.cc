#include "providers/scram_message.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/base64.h"
#include "mqtt/codec/utf8.h"

namespace sluice::providers {

namespace {

/// "x=value" at the front up to the next comma; it and the comma are removed from `rest`.
std::optional<std::string_view> take_attribute(std::string_view& rest, char name) {
  if (rest.size() < 2 || rest[0] != name || rest[1] != '=') return std::nullopt;
  const std::size_t end = std::min(rest.find(','), rest.size());
  const std::string_view value = rest.substr(2, end - 2);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return value;
}

/// saslname of RFC 5802: a comma and an equals sign are written =2C and =3D.
std::optional<std::string> decode_name(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      name += text[i];
      continue;
    }
    const std::string_view code = text.substr(i, 3);
    if (code != "=2C" && code != "=3D") return std::nullopt;
    name += code == "=2C" ? ',' : '=';
    i += 2;
  }
  return name;
}

/// What of SASLprep can be said without tables: names are stored as they were typed, and compared
/// as bytes.
bool is_acceptable_name(std::string_view name) {
  const bool has_control = std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  return !name.empty() && !has_control && mqtt::is_valid_utf8(name);
}

/// printable of RFC 5802, which a comma is not.
bool is_nonce(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c > 0x20 && c < 0x7F && c != ','; });
}

/// Takes "n,," or "y,,", perhaps with a name to act for between the commas.
Result<std::string> take_gs2_header(std::string_view& rest, std::string_view& acts_for) {
  if (rest.starts_with("p=")) return failure("channel binding is not offered");
  if (!rest.starts_with("n,") && !rest.starts_with("y,")) return failure("malformed GS2 header");
  const std::size_t end = rest.find(',', 2);
  if (end == std::string_view::npos) return failure("malformed GS2 header");
  acts_for = rest.substr(2, end - 2);
  if (!acts_for.empty() && !acts_for.starts_with("a=")) return failure("malformed GS2 header");
  std::string header(rest.substr(0, end + 1));
  rest.remove_prefix(end + 1);
  return header;
}

}  // namespace

Result<ScramClientFirst> parse_client_first(std::string_view message) {
  if (message.size() > kScramMessageMax) return failure("the message is too long");
  ScramClientFirst first;
  std::string_view rest = message;
  std::string_view acts_for;
  auto header = take_gs2_header(rest, acts_for);
  if (!header) return tl::unexpected(header.error());
  first.gs2_header = std::move(*header);
  first.bare = rest;
  if (rest.starts_with("m=")) return failure("a mandatory extension that is not offered");
  const auto encoded_name = take_attribute(rest, 'n');
  const auto nonce = take_attribute(rest, 'r');
  if (!encoded_name || !nonce || !is_nonce(*nonce)) return failure("malformed first message");
  auto name = decode_name(*encoded_name);
  if (!name || !is_acceptable_name(*name)) return failure("not a User Name");
  if (!acts_for.empty() && acts_for.substr(2) != *encoded_name) {
    return failure("acting for another user is not offered");
  }
  first.username = std::move(*name);
  first.nonce = *nonce;
  return first;
}

Result<ScramClientFinal> parse_client_final(std::string_view message) {
  if (message.size() > kScramMessageMax) return failure("the message is too long");
  ScramClientFinal last;
  // Extensions may stand before the proof, which is the last.
  const std::size_t proof_at = message.rfind(",p=");
  if (proof_at == std::string_view::npos) return failure("a final message without proof");
  last.without_proof = message.substr(0, proof_at);
  std::string_view rest = message.substr(0, proof_at);
  const auto binding = take_attribute(rest, 'c');
  const auto nonce = take_attribute(rest, 'r');
  if (!binding || !nonce) return failure("malformed final message");
  auto header = from_base64(*binding, Base64::Standard);
  auto proof = from_base64(message.substr(proof_at + 3), Base64::Standard);
  if (!header || !proof) return failure("malformed Base64 in the final message");
  last.gs2_header = std::move(*header);
  last.nonce = *nonce;
  last.proof = std::move(*proof);
  return last;
}

}  // namespace sluice::providers
