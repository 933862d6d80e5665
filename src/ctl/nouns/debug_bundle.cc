#include <chrono>
#include <filesystem>
#include <thread>

#include "ctl/answers.h"
#include "ctl/bundle/bundle_folder.h"
#include "ctl/bundle/system_facts.h"
#include "ctl/input/time_text.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

constexpr std::size_t kLogMax = 10 * 1024 * 1024;  // bytes of each log, its end

constexpr std::string_view kIntroduction =
    "What helps to understand a Sluice broker. Secrets in its configuration are masked, and there "
    "are\n"
    "no credentials and no payloads here. There are Client Identifiers, addresses and topics "
    "(drops,\n"
    "slow, logs): look through it before you give it away.\n";

/// What the broker is asked for.
struct Source {
  const char* file;
  const char* path;
  Query query;
  const char* what;
};

std::vector<Source> sources() {
  return {
      {"version.json", "/api/system/info", {}, "version"},
      {"listeners.json", "/api/app/config", {}, "listeners and providers"},
      {"nodes.json",
       "/api/app/service/info",
       {{"pageSize", "100"}, {"page", "0"}},
       "load of each node"},
      {"configuration.json",
       "/api/configuration",
       {},
       "keys, values and where they come from; secrets masked"},
      {"livez.json", "/livez", {{"verbose", "true"}}, "whether it is alive"},
      {"readyz.json", "/readyz", {{"verbose", "true"}}, "whether it is ready"},
      {"startupz.json", "/startupz", {{"verbose", "true"}}, "whether it has started"},
      {"sessions.json", "/api/client-session/info", {}, "counts of sessions"},
      {"drops.json", "/api/drops", {{"limit", "100"}}, "for whom messages were dropped, and why"},
      {"slow.json", "/api/slow-subscribers", {{"limit", "100"}}, "who takes messages slowly"},
      {"metrics-1.txt", "/metrics", {}, "metrics"}};
}

/// Of health, 503 is an answer like others.
bool add_source(BundleFolder& folder, Api& api, const Source& source) {
  const auto reply = api.answer(source.path, source.query);
  if (!reply) {
    folder.miss(source.file, reply.error().what);
    return false;
  }
  if (reply->status == 200 || reply->status == 503) {
    folder.add(source.file, reply->body, source.what);
  } else {
    folder.miss(source.file, "HTTP status " + std::to_string(reply->status));
  }
  return true;
}

/// Everything that the broker says; nothing more once it does not answer.
void add_broker(BundleFolder& folder, const Call& call, std::uint64_t seconds) {
  for (const Source& source : sources()) {
    if (!add_source(folder, call.api, source)) return;
  }
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  add_source(folder, call.api,
             {"metrics-2.txt", "/metrics", {}, "metrics again, some seconds later"});
}

void add_process(BundleFolder& folder, const Call& call) {
  const auto process = process_behind(call.endpoint.socket_path);
  const std::string facts = process ? process_facts(*process) : "";
  if (facts.empty()) return folder.miss("process.txt", "the broker's process is not known here");
  folder.add("process.txt", facts, "limits, memory and descriptors of the broker's process");
}

void add_logs(BundleFolder& folder, const std::vector<std::string>& paths) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string file = "log-" + std::to_string(i + 1) + ".txt";
    const auto text = file_end(paths[i], kLogMax);
    if (text) {
      folder.add(file, *text, "the end of " + paths[i]);
    } else {
      folder.miss(file, "cannot read " + paths[i]);
    }
  }
}

std::string default_name() {
  std::string name = "sluice-debug-" + format_time(now_ms());
  std::erase_if(name, [](char c) { return c == ':'; });
  return name + ".tar.gz";
}

Outcome<Answer> make_bundle(const Call& call) {
  const auto seconds = number_option(call.arguments, "--seconds", 5);
  if (!seconds) return tl::unexpected(seconds.error());
  const std::string archive = call.arguments.find("FILE").value_or(default_name());
  const std::string file = std::filesystem::path(archive).filename().string();
  auto folder = BundleFolder::make(file.substr(0, file.find(".tar")));
  if (!folder) return tl::unexpected(folder.error());
  folder->add("system.txt", system_facts(), "kernel, distribution, processors, memory");
  add_process(*folder, call);
  add_logs(*folder, call.arguments.list("--log"));
  add_broker(*folder, call, *seconds);
  const auto packed = folder->pack(archive, kIntroduction);
  if (!packed) return tl::unexpected(packed.error());
  Answer answer;
  answer.note = archive + " is made";
  if (folder->missing() > 0) {
    answer.note +=
        "; " + std::to_string(folder->missing()) + " parts are missing, see MANIFEST.txt";
  }
  return answer;
}

}  // namespace

Noun debug_bundle() {
  return {"",
          "",
          {{"debug-bundle",
            "Collect what helps to understand a broker into a tar.gz, without payloads or secrets",
            "bundle.tar.gz --log /var/log/sluice.log",
            {optional(positional("FILE", "File to make, default sluice-debug-TIME.tar.gz")),
             repeated(option("--log", "FILE", "Log to put in, its last 10 MiB; may be repeated")),
             option("--seconds", "N", "Between two looks at the metrics, default 5")},
            make_bundle}}};
}

}  // namespace sluice::ctl
