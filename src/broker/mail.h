#pragma once

#include <memory>

namespace sluice::broker {

struct Letter;

/// A letter from one shard's core to another's; movable, cheap to move, opaque to who carries it.
class Mail {
 public:
  Mail();
  explicit Mail(std::unique_ptr<Letter> letter);
  Mail(Mail&&) noexcept;
  Mail& operator=(Mail&&) noexcept;
  ~Mail();

  Letter& operator*() const { return *letter_; }
  Letter* operator->() const { return letter_.get(); }

 private:
  std::unique_ptr<Letter> letter_;
};

}  // namespace sluice::broker
