#include "admin/mail/mail_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "base/base64.h"

namespace sluice::admin {
namespace {

constexpr std::size_t kPlainMax = 60;   // bytes; longer texts are cut into encoded words
constexpr std::size_t kWordBytes = 45;  // 60 of Base64: an encoded word has at most 75
constexpr std::size_t kLineBytes = 57;  // 76 of Base64, RFC 2045 6.8
constexpr std::string_view kAtomSigns = " !#$%&'*+-/^`{|}~";  // but for those of encoded words

bool is_plain(std::string_view text) {
  return text.size() <= kPlainMax && std::ranges::all_of(text, [](char c) {
           const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           return is_letter || (c >= '0' && c <= '9') || kAtomSigns.find(c) != kAtomSigns.npos;
         });
}

/// How much of the front fits into a word: no character of UTF-8 is cut, RFC 2047 5.
std::size_t word_size(std::string_view text) {
  if (text.size() <= kWordBytes) return text.size();
  std::size_t size = kWordBytes;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  while (size > kWordBytes - 4 && continues(size)) --size;
  return size;
}

std::string header_text(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string words;
  while (!text.empty()) {
    const std::size_t size = word_size(text);
    if (!words.empty()) words += "\r\n ";
    words += "=?UTF-8?B?" + to_base64(text.substr(0, size), Base64::Standard) + "?=";
    text.remove_prefix(size);
  }
  return words;
}

std::string header_text(const Mailbox& mailbox) {
  const std::string address = "<" + mailbox.address + ">";
  return mailbox.name.empty() ? address : header_text(mailbox.name) + "\r\n " + address;
}

/// RFC 5322 3.3, in the language of the standard whatever the locale.
std::string date_text(std::int64_t now) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = now / 1000;
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d +0000",
                kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
  return text.data();
}

std::string body_text(std::string_view text) {
  std::string lines;
  for (const char c : text) lines += c == '\n' ? std::string("\r\n") : std::string(1, c);
  std::string encoded;
  for (std::size_t at = 0; at < lines.size(); at += kLineBytes) {
    encoded += to_base64(std::string_view(lines).substr(at, kLineBytes), Base64::Standard) + "\r\n";
  }
  return encoded;
}

}  // namespace

std::string to_wire(const Mail& mail, std::int64_t now, std::string_view id) {
  const std::string domain = mail.from.address.substr(mail.from.address.rfind('@') + 1);
  return "Date: " + date_text(now) + "\r\nFrom: " + header_text(mail.from) +
         "\r\nTo: " + header_text(mail.to) + "\r\nMessage-ID: <" + std::string(id) + "@" + domain +
         ">\r\nSubject: " + header_text(mail.subject) +
         "\r\nAuto-Submitted: auto-generated"  // RFC 3834: no answers of machines
         "\r\nMIME-Version: 1.0"
         "\r\nContent-Type: text/plain; charset=UTF-8"
         "\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         body_text(mail.text);
}

}  // namespace sluice::admin
