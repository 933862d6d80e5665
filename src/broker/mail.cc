#include "broker/mail.h"

#include "broker/letters.h"

namespace sluice::broker {

Mail::Mail() = default;
Mail::Mail(std::unique_ptr<Letter> letter) : letter_(std::move(letter)) {}
Mail::Mail(Mail&&) noexcept = default;
Mail& Mail::operator=(Mail&&) noexcept = default;
Mail::~Mail() = default;

}  // namespace sluice::broker
