#include "net/shard_mail.h"

#include <poll.h>

namespace sluice::net {

void wait_for_mail(ShardMailboxes& mailboxes, unsigned self, milliseconds timeout) {
  if (!mailboxes.try_sleep(self)) return;
  pollfd wake{mailboxes.wake_fd(self), POLLIN, 0};
  ::poll(&wake, 1, static_cast<int>(timeout.count()));
  mailboxes.awake(self);
  mailboxes.clear_wake(self);
}

}  // namespace sluice::net
