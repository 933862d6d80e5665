#include "crash/event_log.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace sluice::crash {

Result<void> EventLog::write(const std::string& path) const {
  std::ofstream out(path);
  for (const Event& event : events_) {
    const auto at = std::chrono::duration_cast<std::chrono::microseconds>(event.at - start_);
    out << at.count() << ' ' << *event.who << ' ' << event.what;
    if (event.packet_id != 0) out << " id " << event.packet_id;
    if (event.message.number != 0) {
      out << " publisher " << event.message.publisher << " number " << event.message.number;
    }
    out << '\n';
  }
  out.close();
  if (!out) return failure("cannot write " + path + ": " + std::strerror(errno));
  return {};
}

}  // namespace sluice::crash
