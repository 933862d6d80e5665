#include "admin/handlers/backup.h"

#include "admin/backup/backup_source.h"
#include "admin/change.h"

namespace sluice::admin {
namespace {

tl::unexpected<ApiError> unavailable(std::string message) {
  return tl::unexpected(ApiError{503, ErrorCode::General, std::move(message), {}, {}});
}

Outcome<Response> make_archive(Node& node, const Response::StopFlag& stop) {
  const auto folder = node.copy_store(stop);
  if (!folder) return unavailable("The store cannot be copied: " + folder.error().what);
  auto source = BackupSource::make(*folder);  // owns the folder from here on
  if (!source) return broken(source.error().what);
  Response response = Response::streamed("application/x-tar", std::move(*source));
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"sluice-backup.tar\"");
  return response;
}

}  // namespace

Outcome<Response> download_backup(Services& services, const Request& request) {
  Context& context = services.context;
  // Before the copy, so that the log in it tells of it.
  const auto recorded =
      record(context, request.caller, "BACKUP", {"NODE", context.node->id(), "", "", ""});
  if (!recorded) return tl::unexpected(recorded.error());
  return Response::later([node = context.node](const Response::StopFlag& stop) -> Response::Finish {
    return [archive = make_archive(*node, stop)] { return archive; };
  });
}

}  // namespace sluice::admin
