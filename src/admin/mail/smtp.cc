#include "admin/mail/smtp.h"

#include <algorithm>
#include <cstring>

#include "providers/curl_wait.h"

namespace sluice::admin {
namespace {

constexpr std::size_t kReplyMax = 200;  // bytes of the server's words that an error repeats

/// One conversation: a handle of libcurl with everything that it points to.
class SmtpTransfer {
 public:
  SmtpTransfer(const providers::CurlLibrary& curl, const OutgoingMail& mail)
      : curl_(curl), mail_(mail), handle_(curl.easy_init()) {
    if (handle_ == nullptr) return;
    set_mail();
    set_limits();
    set_security();
    set_proxy();
  }
  ~SmtpTransfer() {
    if (handle_ != nullptr) curl_.easy_cleanup(handle_);
    curl_.slist_free_all(receivers_);
  }
  SmtpTransfer(const SmtpTransfer&) = delete;
  SmtpTransfer& operator=(const SmtpTransfer&) = delete;

  Result<void> run(const std::atomic<bool>& stop) {
    if (handle_ == nullptr) return failure("libcurl has no memory");
    const CURLcode code = providers::wait_for(curl_, handle_, stop);
    if (code == CURLE_OK) return {};
    return failure(words_for(code));
  }

 private:
  void set(CURLoption option, const std::string& text) {
    curl_.easy_setopt(handle_, option, text.c_str());
  }
  void set(CURLoption option, long number) { curl_.easy_setopt(handle_, option, number); }

  void set_mail() {
    const bool is_tls = mail_.server.security == MailServer::Security::Tls;
    const std::string& host = mail_.server.host;
    const std::string named = host.find(':') == std::string::npos ? host : "[" + host + "]";
    set(CURLOPT_URL,
        (is_tls ? "smtps://" : "smtp://") + named + ":" + std::to_string(mail_.server.port));
    set(CURLOPT_PROTOCOLS_STR, std::string("smtp,smtps"));
    set(CURLOPT_MAIL_FROM, "<" + mail_.from + ">");
    receivers_ = curl_.slist_append(receivers_, ("<" + mail_.to + ">").c_str());
    curl_.easy_setopt(handle_, CURLOPT_MAIL_RCPT, receivers_);
    set(CURLOPT_UPLOAD, 1L);
    curl_.easy_setopt(handle_, CURLOPT_READFUNCTION, &SmtpTransfer::on_read);
    curl_.easy_setopt(handle_, CURLOPT_READDATA, this);
    curl_.easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &SmtpTransfer::on_reply);
    curl_.easy_setopt(handle_, CURLOPT_HEADERDATA, this);
    curl_.easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_);
  }

  void set_limits() {
    const long timeout = std::max<long>(1, static_cast<long>(mail_.server.timeout.count()));
    set(CURLOPT_TIMEOUT_MS, timeout);
    set(CURLOPT_CONNECTTIMEOUT_MS, timeout);
    // QUIT is said in the clean-up, where the limit above does not hold.
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, (timeout + 999) / 1000);
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // a name server that is silent is not waited for
  }

  void set_security() {
    const MailServer& server = mail_.server;
    const bool starts_tls = server.security == MailServer::Security::StartTls;
    set(CURLOPT_USE_SSL, static_cast<long>(starts_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(CURLOPT_SSLVERSION, static_cast<long>(server.needs_tls_1_3 ? CURL_SSLVERSION_TLSv1_3
                                                                   : CURL_SSLVERSION_TLSv1_2));
    if (!server.authorities.empty()) {
      curl_blob blob{const_cast<char*>(server.authorities.data()), server.authorities.size(),
                     CURL_BLOB_NOCOPY};
      curl_.easy_setopt(handle_, CURLOPT_CAINFO_BLOB, &blob);
    }
    if (server.username.empty()) return;
    set(CURLOPT_USERNAME, server.username);
    set(CURLOPT_PASSWORD, server.password);
  }

  void set_proxy() {
    const MailServer::Proxy& proxy = mail_.server.proxy;
    // Also without one: a proxy of the environment was not asked for.
    set(CURLOPT_PROXY, proxy.host.empty()
                           ? std::string()
                           : "http://" + proxy.host + ":" + std::to_string(proxy.port));
    if (proxy.host.empty()) return;
    set(CURLOPT_HTTPPROXYTUNNEL, 1L);
    if (proxy.username.empty()) return;
    set(CURLOPT_PROXYUSERNAME, proxy.username);
    set(CURLOPT_PROXYPASSWORD, proxy.password);
  }

  std::string words_for(CURLcode code) const {
    const MailServer& server = mail_.server;
    const std::string who = "the mail server " + server.host + ":" + std::to_string(server.port);
    const std::string detail = error_[0] != '\0' ? error_ : curl_.easy_strerror(code);
    switch (code) {
      case CURLE_ABORTED_BY_CALLBACK:
        return "stopped, since the broker ends";
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_RESOLVE_PROXY:
      case CURLE_COULDNT_CONNECT:
        return who + " cannot be reached: " + detail;
      case CURLE_OPERATION_TIMEDOUT:
        return who + " did not answer within " + std::to_string(server.timeout.count()) + " ms";
      case CURLE_LOGIN_DENIED:
        return who + " refused the user name or the password" + reply_;
      case CURLE_PEER_FAILED_VERIFICATION:
        return "the certificate of " + who + " is not trusted: " + detail;
      case CURLE_USE_SSL_FAILED:
        return who + " offers no STARTTLS, which enableTls asks for";
      case CURLE_SSL_CONNECT_ERROR:
        return who + " does not speak TLS as it should: " + detail;
      default:
        return who + " did not take the mail: " + detail + reply_;
    }
  }

  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<SmtpTransfer*>(self);
    const std::string& text = transfer.mail_.text;
    const std::size_t length = std::min(size * count, text.size() - transfer.sent_);
    std::memcpy(buffer, text.data() + transfer.sent_, length);
    transfer.sent_ += length;
    return length;
  }

  /// Keeps the last line by which the server refused something, as printable ASCII.
  static std::size_t on_reply(char* bytes, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(bytes, std::min(size * count, kReplyMax));
    if (!line.starts_with('4') && !line.starts_with('5')) return size * count;
    std::string& reply = static_cast<SmtpTransfer*>(self)->reply_;
    reply = " (";
    for (const char c : line) {
      if (c == '\r' || c == '\n') break;
      reply += c >= ' ' && c <= '~' ? c : '?';
    }
    reply += ')';
    return size * count;
  }

  const providers::CurlLibrary& curl_;
  const OutgoingMail& mail_;
  CURL* handle_;
  curl_slist* receivers_ = nullptr;
  std::size_t sent_ = 0;
  std::string reply_;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace

Result<void> send_mail(const OutgoingMail& mail, const std::atomic<bool>& stop) {
  const auto curl = providers::CurlLibrary::load();
  if (!curl) return tl::unexpected(curl.error());
  return SmtpTransfer(**curl, mail).run(stop);
}

}  // namespace sluice::admin
