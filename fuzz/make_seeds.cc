// Writes the seeds of the packet_* targets: each sample of the codec's tests as a file, and all of
// a version as one stream. Run it from the top of the tree when the samples change:
//
//   build/fuzz/make_seeds fuzz/corpus

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "mqtt/codec/sample_packets_for_test.h"

namespace {

namespace fs = std::filesystem;
using sluice::mqtt::Version;

bool write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  return out.good();
}

/// "03_publish" and the like; the number keeps two samples of one type apart.
std::string name_of(std::size_t index, const std::string& bytes) {
  static constexpr const char* kTypes[] = {"reserved",  "connect",  "connack",     "publish",
                                           "puback",    "pubrec",   "pubrel",      "pubcomp",
                                           "subscribe", "suback",   "unsubscribe", "unsuback",
                                           "pingreq",   "pingresp", "disconnect",  "auth"};
  const std::string number = std::to_string(index);
  return std::string(2 - number.size(), '0') + number + "_" +
         kTypes[static_cast<std::uint8_t>(bytes[0]) >> 4];
}

bool write_seeds(const fs::path& folder, Version version) {
  fs::create_directories(folder);
  std::string stream;
  bool is_written = true;
  const auto samples = sluice::mqtt::testing::samples_of(version);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::string& bytes = samples[i].bytes;
    is_written = write_file(folder / name_of(i, bytes), bytes) && is_written;
    stream += bytes;
  }
  return write_file(folder / "stream", stream) && is_written;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_seeds FOLDER\n");
    return 2;
  }
  const fs::path folder = argv[1];
  const bool is_written = write_seeds(folder / "packet_v31", Version::V31) &&
                          write_seeds(folder / "packet_v311", Version::V311) &&
                          write_seeds(folder / "packet_v5", Version::V5);
  return is_written ? 0 : 1;
}
