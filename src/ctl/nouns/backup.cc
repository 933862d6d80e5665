#include "ctl/answers.h"
#include "ctl/nouns/nouns.h"
#include "ctl/output/save_file.h"

namespace sluice::ctl {
namespace {

Outcome<Answer> save_backup(const Call& call) {
  const std::string file = call.arguments.text("FILE");
  const auto bytes = save_download(call.api, "/api/backup", {}, file);
  if (!bytes) return tl::unexpected(bytes.error());
  Answer answer;
  answer.note = std::to_string(*bytes) + " bytes in " + file;
  return answer;
}

}  // namespace

Noun backup() {
  return {"",
          "",
          {{"backup",
            "Save all that the broker keeps, as of one moment, while it runs",
            "sluice-backup.tar",
            {positional("FILE", "File to make, - for stdout; it holds secrets")},
            save_backup}}};
}

}  // namespace sluice::ctl
