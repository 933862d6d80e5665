#include "telemetry/explain.h"

#include <algorithm>
#include <array>

namespace sluice::telemetry {
namespace {

using broker::DropReason;
using broker::TraceStep;
using MaybeFinding = std::optional<Finding>;
using Records = std::vector<broker::TraceRecord>;

/// The facts, with the records of the one message that is explained.
struct Case {
  const DeliveryFacts& facts;
  Records records;

  bool is_receiver(const broker::TraceRecord& record) const {
    return record.client_id == facts.client_id;
  }
  const broker::TraceRecord* find(TraceStep step) const {
    for (const auto& record : records) {
      if (record.step == step) return &record;
    }
    return nullptr;
  }
  const broker::TraceRecord* find_of_receiver(TraceStep step) const {
    for (const auto& record : records) {
      if (record.step == step && is_receiver(record)) return &record;
    }
    return nullptr;
  }
  bool is_connected() const { return facts.session && facts.session->summary.is_connected; }
};

std::string quoted(const std::string& text) {
  return "'" + text + "'";
}

std::string name_of_publisher(const Case& one) {
  return one.facts.publisher.empty() ? "the publisher" : quoted(one.facts.publisher);
}

std::string evidence_of(const broker::TraceRecord& record) {
  std::string text = "trace at " + std::to_string(record.at) + ": " + quoted(record.client_id);
  if (!record.detail.empty()) text += ", " + record.detail;
  if (!record.reason.empty()) text += ", " + record.reason;
  return text;
}

std::string evidence_of(const broker::DroppedMessages& dropped) {
  return std::to_string(dropped.count) + " messages dropped for " + quoted(dropped.client_id) +
         " (" + broker::to_string(dropped.reason) + "), the last at " +
         std::to_string(dropped.last_at) + " of " + quoted(dropped.last_topic);
}

bool contains(const std::string& text, std::string_view part) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

/// What the message shows itself is certain; a drop of the same topic hardly less; one of another
/// topic only says that it happens.
MaybeFinding from_drops(const Case& one, Cause cause, DropReason reason,
                        const std::vector<broker::DroppedMessages>& ledger) {
  Finding finding{cause, Certainty::Possible, {}, {}, {}};
  for (const auto& record : one.records) {
    const bool fits = record.step == TraceStep::Dropped &&
                      (one.is_receiver(record) || record.client_id.empty()) &&
                      record.reason == broker::to_string(reason);
    if (!fits) continue;
    finding.certainty = Certainty::Certain;
    finding.evidence.push_back(evidence_of(record));
  }
  for (const auto& dropped : ledger) {
    if (dropped.reason != reason || dropped.count == 0) continue;
    if (dropped.last_topic == one.facts.topic) {
      finding.certainty = std::max(finding.certainty, Certainty::Likely);
    }
    finding.evidence.push_back(evidence_of(dropped));
  }
  if (finding.evidence.empty()) return std::nullopt;
  return finding;
}

MaybeFinding from_drops(const Case& one, Cause cause, DropReason reason) {
  return from_drops(one, cause, reason, one.facts.drops);
}

MaybeFinding told(MaybeFinding finding, std::string explanation, std::string remedy) {
  if (!finding) return std::nullopt;
  finding->explanation = std::move(explanation);
  finding->remedy = std::move(remedy);
  return finding;
}

MaybeFinding judge_delivered(const Case& one) {
  const auto* record = one.find_of_receiver(TraceStep::Acknowledged);
  const auto* sent = one.find_of_receiver(TraceStep::Sent);
  if (!record && sent && sent->qos == mqtt::Qos::AtMostOnce) record = sent;
  if (!record) return std::nullopt;
  return Finding{
      Cause::Delivered,
      Certainty::Certain,
      "The message was sent to " + quoted(one.facts.client_id) +
          (record->step == TraceStep::Acknowledged ? " and acknowledged by it." : " with QoS 0."),
      {evidence_of(*record)},
      "Look at what the Client does with it."};
}

MaybeFinding judge_blocked(const Case& one) {
  const bool is_receiver = !one.facts.block.empty();
  const std::string& block = is_receiver ? one.facts.block : one.facts.publisher_block;
  if (block.empty()) return std::nullopt;
  return Finding{Cause::Blocked,
                 Certainty::Certain,
                 (is_receiver ? quoted(one.facts.client_id) : name_of_publisher(one)) +
                     " is on the block list and cannot connect.",
                 {block},
                 "Remove the entry from the blocked clients."};
}

MaybeFinding judge_authorization(const Case& one) {
  const DeliveryFacts& facts = one.facts;
  Finding finding{Cause::NotAuthorized, Certainty::Certain, {}, {}, {}};
  finding.remedy = "Allow the topic in the authorization rules of its credentials.";
  const auto* denied = one.find(TraceStep::PublishDenied);
  if (facts.may_publish == false || (denied && contains(denied->reason, "authorized"))) {
    finding.explanation = name_of_publisher(one) + " may not publish to this topic.";
    if (facts.may_publish == false) finding.evidence.push_back("its rules do not allow it");
    if (denied) finding.evidence.push_back(evidence_of(*denied));
    return finding;
  }
  if (facts.may_subscribe == false && facts.matching.empty()) {
    finding.explanation = quoted(facts.client_id) + " may not subscribe to this topic.";
    finding.evidence.push_back("its rules do not allow it, and no subscription matches");
    return finding;
  }
  return told(from_drops(one, Cause::NotAuthorized, DropReason::NotAuthorized),
              "The message was taken back because rules did not allow it.", finding.remedy);
}

MaybeFinding judge_alias(const Case& one) {
  Finding finding{Cause::TopicAlias,
                  Certainty::Likely,
                  name_of_publisher(one) + " used a Topic Alias that the broker does not know.",
                  {},
                  "Let the publisher send the Topic Name with the first use of an alias on each "
                  "connection, and keep to Topic Alias Maximum."};
  for (const auto& record : one.facts.trace) {
    const bool is_end = record.step == TraceStep::PublishDenied || record.step == TraceStep::Packet;
    if (!is_end || record.client_id == one.facts.client_id || !contains(record.reason, "alias")) {
      continue;
    }
    finding.certainty = Certainty::Certain;
    finding.evidence.push_back(evidence_of(record));
  }
  for (const broker::Event& event : one.facts.publisher_events) {
    if (event.code != mqtt::ReasonCode::TopicAliasInvalid && !contains(event.reason, "alias")) {
      continue;
    }
    finding.evidence.push_back("its connection ended at " + std::to_string(event.at) + ": " +
                               event.reason);
  }
  if (finding.evidence.empty()) return std::nullopt;
  return finding;
}

MaybeFinding judge_rate(const Case& one) {
  const char* const remedy = "Raise the limit under `rate_limits`, or publish less.";
  const auto* denied = one.find(TraceStep::PublishDenied);
  const bool is_rate =
      denied && (contains(denied->reason, "rate") || contains(denied->reason, "quota"));
  if (is_rate) {
    return Finding{Cause::RateLimited,
                   Certainty::Certain,
                   name_of_publisher(one) + " published more than its rate limit allows.",
                   {evidence_of(*denied)},
                   remedy};
  }
  auto finding = from_drops(one, Cause::RateLimited, DropReason::RateLimited);
  if (finding) return told(finding, "More than a rate limit allows was to be delivered.", remedy);
  return told(
      from_drops(one, Cause::RateLimited, DropReason::RateLimited, one.facts.publisher_drops),
      name_of_publisher(one) + " published more than its rate limit allows.", remedy);
}

MaybeFinding judge_no_local(const Case& one) {
  const DeliveryFacts& facts = one.facts;
  Finding finding{Cause::NoLocal,
                  Certainty::Certain,
                  "The Client published the message itself, and its subscription has No Local.",
                  {},
                  "Subscribe without No Local."};
  if (const auto* record = one.find_of_receiver(TraceStep::NoLocal)) {
    finding.evidence.push_back(evidence_of(*record));
    return finding;
  }
  const bool all_no_local =
      !facts.matching.empty() && std::all_of(facts.matching.begin(), facts.matching.end(),
                                             [](const auto& match) { return match.no_local; });
  if (!all_no_local) return std::nullopt;
  if (!facts.publisher.empty() && facts.publisher != facts.client_id) return std::nullopt;
  if (facts.publisher.empty()) finding.certainty = Certainty::Possible;
  finding.evidence.push_back("No Local of " + quoted(facts.matching.front().text()));
  return finding;
}

MaybeFinding judge_share(const Case& one) {
  const DeliveryFacts& facts = one.facts;
  const bool only_shared = !facts.matching.empty() &&
                           std::all_of(facts.matching.begin(), facts.matching.end(),
                                       [](const auto& match) { return !match.share_name.empty(); });
  Finding finding{Cause::ShareMoved,
                  Certainty::Likely,
                  "Another member of the shared group got the message.",
                  {},
                  "That is what shared subscriptions are for; subscribe without $share/ to get "
                  "every message."};
  for (const auto& record : one.records) {
    if (record.step != TraceStep::ShareChosen || one.is_receiver(record) || !only_shared) continue;
    finding.certainty = Certainty::Certain;
    finding.evidence.push_back(evidence_of(record));
  }
  if (one.find_of_receiver(TraceStep::ShareChosen)) return std::nullopt;
  if (finding.evidence.empty() && only_shared && !facts.group_members.empty()) {
    finding.evidence.push_back("the group of " + quoted(facts.matching.front().text()) + " has " +
                               std::to_string(facts.group_members.size()) + " other members");
  }
  if (finding.evidence.empty()) return std::nullopt;
  return finding;
}

MaybeFinding judge_size(const Case& one) {
  return told(from_drops(one, Cause::PacketTooLarge, DropReason::PacketTooLarge),
              "The message is larger than the Maximum Packet Size that the Client announced.",
              "Announce a larger Maximum Packet Size, or publish less in one message.");
}

MaybeFinding judge_queue(const Case& one) {
  const DeliveryFacts& facts = one.facts;
  const char* const explanation = "The queue of the Client was full.";
  const char* const remedy =
      "Let the Client read faster or come back sooner, or raise limits.queue_messages_max or "
      "queue_bytes_max.";
  auto finding = from_drops(one, Cause::QueueFull, DropReason::QueueFull);
  const bool is_known = finding && finding->certainty > Certainty::Possible;
  if (is_known || !facts.session) return told(finding, explanation, remedy);
  const auto& summary = facts.session->summary;
  const bool is_full =
      (facts.queue_messages_max > 0 && summary.waiting_messages >= facts.queue_messages_max) ||
      (facts.queue_bytes_max > 0 && summary.waiting_bytes >= facts.queue_bytes_max);
  if (!is_full) return told(finding, explanation, remedy);
  return Finding{Cause::QueueFull,
                 Certainty::Likely,
                 explanation,
                 {std::to_string(summary.waiting_messages) + " messages wait"},
                 remedy};
}

MaybeFinding judge_expiry(const Case& one) {
  return told(from_drops(one, Cause::Expired, DropReason::Expired),
              "The Message Expiry Interval was over before the Client took the message.",
              "Publish with a longer Message Expiry Interval.");
}

MaybeFinding judge_offline(const Case& one) {
  const DeliveryFacts& facts = one.facts;
  const char* const explanation =
      "The Client was not connected, and messages with QoS 0 do not wait.";
  const char* const remedy =
      "Publish and subscribe with QoS 1, with a Session that outlives the "
      "connection.";
  auto finding = from_drops(one, Cause::OfflineQos0, DropReason::Offline);
  if (finding) return told(finding, explanation, remedy);
  if (!facts.session || one.is_connected() || facts.matching.empty()) return std::nullopt;
  const bool all_qos0 = std::all_of(facts.matching.begin(), facts.matching.end(), [](auto& match) {
    return match.maximum_qos == mqtt::Qos::AtMostOnce;
  });
  return Finding{
      Cause::OfflineQos0,
      all_qos0 ? Certainty::Likely : Certainty::Possible,
      explanation,
      {"it is not connected since " + std::to_string(facts.session->summary.disconnected_at)},
      remedy};
}

MaybeFinding judge_slow(const Case& one) {
  const DeliveryFacts& facts = one.facts;
  Finding finding{Cause::Slow,
                  Certainty::Likely,
                  "The Client takes its messages more slowly than they come; this one waits.",
                  {},
                  "Look at the Client and its network; raise its Receive Maximum."};
  if (auto dropped = from_drops(one, Cause::Slow, DropReason::OutputFull)) {
    return told(dropped, "The Client took its output too slowly, and QoS 0 was dropped.",
                finding.remedy);
  }
  if (!one.is_connected()) return std::nullopt;
  const auto& session = *facts.session;
  const auto* queued = one.find_of_receiver(TraceStep::Queued);
  if (queued && !one.find_of_receiver(TraceStep::Dropped)) {
    finding.certainty = Certainty::Certain;
    finding.evidence.push_back(evidence_of(*queued));
  }
  const bool has_full_window =
      session.receive_maximum > 0 && session.in_flight >= session.receive_maximum;
  if (session.is_stalled || has_full_window) {
    finding.evidence.push_back(std::to_string(session.summary.waiting_messages) +
                               " messages wait, " + std::to_string(session.in_flight) +
                               " are in flight, " + std::to_string(session.unsent_bytes) +
                               " bytes are not sent yet");
  }
  if (finding.evidence.empty()) return std::nullopt;
  return finding;
}

MaybeFinding judge_subscription(const Case& one) {
  const DeliveryFacts& facts = one.facts;
  Finding finding{Cause::NoSubscription, Certainty::Certain, {}, {}, {}};
  finding.remedy = "Subscribe with a Topic Filter that matches the topic.";
  if (!facts.session) {
    finding.explanation = "There is no Session of " + quoted(facts.client_id) + ".";
    finding.evidence.push_back("it is not connected, and nothing of it was kept");
    return finding;
  }
  if (!facts.matching.empty()) return std::nullopt;
  finding.explanation = "No subscription of " + quoted(facts.client_id) + " matches the topic.";
  finding.evidence.push_back("it has " + std::to_string(facts.session->subscriptions.size()) +
                             " subscriptions, and none matches");
  return finding;
}

MaybeFinding judge_published(const Case& one) {
  if (!one.facts.is_traced || !one.records.empty()) return std::nullopt;
  return Finding{
      Cause::NotPublished,
      Certainty::Likely,
      "Nobody has published to this topic since the trace began.",
      {"a trace covers the topic, and has no record of it"},
      "Look at the publisher: whether it is connected, and to which topic it publishes."};
}

/// Of several messages the named one; else the one that was published last.
Records records_of_message(const DeliveryFacts& facts) {
  std::uint64_t message = facts.message;
  for (const auto& record : facts.trace) {
    const bool is_publish = record.step == TraceStep::Published && record.topic == facts.topic &&
                            (facts.publisher.empty() || record.client_id == facts.publisher);
    if (facts.message == 0 && is_publish) message = record.message;
  }
  Records records;
  for (const auto& record : facts.trace) {
    if (record.topic != facts.topic) continue;
    const bool is_of_it = record.message == 0 || message == 0 || record.message == message;
    if (is_of_it) records.push_back(record);
  }
  return records;
}

constexpr std::array kJudges = {
    judge_delivered, judge_blocked, judge_authorization, judge_alias,    judge_rate,
    judge_no_local,  judge_share,   judge_size,          judge_queue,    judge_expiry,
    judge_offline,   judge_slow,    judge_subscription,  judge_published};

}  // namespace

std::vector<Finding> explain(const DeliveryFacts& facts) {
  const Case one{facts, records_of_message(facts)};
  std::vector<Finding> findings;
  for (const auto judge : kJudges) {
    if (auto finding = judge(one)) findings.push_back(std::move(*finding));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.certainty != b.certainty ? a.certainty > b.certainty : a.cause < b.cause;
  });
  return findings;
}

const char* to_string(Cause cause) {
  constexpr std::array kNames = {
      "DELIVERED",    "BLOCKED",     "NOT_AUTHORIZED",   "TOPIC_ALIAS",  "RATE_LIMITED",
      "NO_LOCAL",     "SHARE_MOVED", "PACKET_TOO_LARGE", "QUEUE_FULL",   "EXPIRED",
      "OFFLINE_QOS0", "SLOW",        "NO_SUBSCRIPTION",  "NOT_PUBLISHED"};
  return kNames[static_cast<std::size_t>(cause)];
}

const char* to_string(Certainty certainty) {
  constexpr std::array kNames = {"POSSIBLE", "LIKELY", "CERTAIN"};
  return kNames[static_cast<std::size_t>(certainty)];
}

}  // namespace sluice::telemetry
