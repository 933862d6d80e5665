// Retained messages as an operator lists, looks at and removes them.

#include "broker/best_items.h"
#include "broker/core.h"
#include "broker/inspector.h"
#include "broker/message_facts.h"
#include "broker/text_search.h"

namespace sluice::broker {

namespace {

class RetainedListScan final : public Scan {
 public:
  RetainedListScan(Core& core, RetainedQuery query, std::function<void(Excerpt<MessageFacts>)> done)
      : core_(core),
        query_(std::move(query)),
        topic_(query_.topic),
        done_(std::move(done)),
        cursor_(core.retained.walk()),
        best_(query_.slice.end(), core.counters.retained_messages,
              Before{query_.order, query_.descending}) {}

  bool advance() override {
    const auto visit = [this](const RetainedMessages::Kept& kept) {
      if (!passes(kept)) return;
      fill_key(kept);
      if (best_.count(candidate_)) best_.add(candidate_);
    };
    if (cursor_.advance(kScanSlice, visit)) return false;
    done_(best_.take());
    return true;
  }

 private:
  struct Before {
    RetainedQuery::Order order;
    bool descending;
    bool operator()(const MessageFacts& a, const MessageFacts& b) const {
      return is_before(a, b, order, descending);
    }
  };

  bool passes(const RetainedMessages::Kept& kept) const {
    const Message& message = *kept.message;
    const auto qos_bit = 1U << static_cast<unsigned>(message.qos());
    return !message.is_expired(core_.now) && kept.since >= query_.from && kept.since <= query_.to &&
           (!query_.qos_mask || (*query_.qos_mask & qos_bit) != 0) &&
           topic_.is_in(message.topic()) &&
           (query_.payload.empty() || message.payload().find(query_.payload) != ByteView::npos);
  }

  void fill_key(const RetainedMessages::Kept& kept) {
    candidate_.topic = kept.message->topic();
    candidate_.payload_bytes = kept.message->payload().size();
    candidate_.qos = kept.message->qos();
    candidate_.created_at = kept.since;
  }

  Core& core_;
  const RetainedQuery query_;
  const TextSearch topic_;
  std::function<void(Excerpt<MessageFacts>)> done_;
  RetainedMessages::Cursor cursor_;
  BestItems<MessageFacts, Before> best_;
  MessageFacts candidate_;
};

MessageFacts facts_of(const Core& core, const RetainedMessages::Kept& kept,
                      std::size_t payload_max) {
  MessageFacts facts = facts_of(core, *kept.message, payload_max);
  facts.created_at = kept.since;
  return facts;
}

}  // namespace

void Inspector::list_retained(RetainedQuery query,
                              std::function<void(Excerpt<MessageFacts>)> done) {
  core_.scans.begin(std::make_unique<RetainedListScan>(core_, std::move(query), std::move(done)));
}

void Inspector::complete(std::span<MessageFacts> retained, std::size_t payload_max) {
  for (MessageFacts& facts : retained) {
    if (const auto* kept = core_.retained.find_topic(facts.topic)) {
      facts = facts_of(core_, *kept, payload_max);
    }
  }
}

std::optional<MessageFacts> Inspector::find_retained(ByteView topic) {
  const auto* kept = core_.retained.find_topic(topic);
  if (kept == nullptr) return std::nullopt;
  return facts_of(core_, *kept, kept->message->payload().size());
}

std::vector<std::string> Inspector::match_retained(ByteView filter, std::size_t max) {
  return core_.retained.match(filter, max);
}

void Inspector::remove_retained(std::span<const std::string> topics,
                                std::function<void(std::size_t)> done) {
  std::size_t removed = 0;
  for (const std::string& topic : topics) removed += core_.retained.erase(topic);
  if (removed == 0) return done(0);
  when_durable([done = std::move(done), removed] { done(removed); });
}

}  // namespace sluice::broker
