#pragma once

#include <boost/json.hpp>
#include <string>

#include "admin/http/api_error.h"
#include "admin/jobs/job.h"

namespace sluice::admin {

boost::json::object job_to_json(const Job& job);

/// `{action, filter, dryRun?, expirationTime?}`. The filter has the parameters of the list of
/// Sessions as members, or `topicFilter`; a member that is not known would let more through than
/// was meant, so it is refused.
Outcome<JobOrder> read_job_order(const boost::json::value& body, const std::string& node_id);

}  // namespace sluice::admin
