#include "app/safety_notes.h"

#include <sys/stat.h>

#include <set>

namespace sluice::app {

namespace {

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

bool is_open_to_all(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

}  // namespace

std::vector<std::string> safety_notes(const config::Settings& settings) {
  std::vector<std::string> notes;
  const config::AdminSettings& admin = settings.admin;
  if (admin.enabled && admin.certificate.empty() && !is_loopback(admin.address)) {
    notes.push_back("warning: passwords and tokens for the administration on " + admin.address +
                    " cross the network unencrypted (admin.certificate)");
  }
  std::set<std::string> keys{settings.tls.key, admin.key};
  for (const auto& listener : settings.listeners) keys.insert(listener.options.key.value_or(""));
  for (const std::string& key : keys) {
    if (!key.empty() && is_open_to_all(key)) {
      notes.push_back("warning: every user of this machine can read the private key " + key);
    }
  }
  return notes;
}

}  // namespace sluice::app
