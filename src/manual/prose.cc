#include "manual/prose.h"

#include <algorithm>
#include <array>

namespace sluice::manual {
namespace {

constexpr std::array kProgram{
    Section{"EXIT STATUS",
            "0\tdone\n"
            "1\tfailed while running\n"
            "2\twrong command line\n"
            "69\tsomething that it depends on cannot be reached\n"
            "73\tthe data folder cannot be created or written\n"
            "77\tno permission, or an address is taken\n"
            "78\twrong configuration; a restart does not help\n"
            "\n"
            "Those of pub, sub, bench and ctl are on their pages."},
    Section{"ENVIRONMENT",
            "SLUICE_...\teach key of the configuration, as SLUICE_LOG_LEVEL for log_level\n"
            "SLUICE_API_KEY\tto ctl: the key with which it asks"},
};

constexpr std::array kServer{
    Section{
        "SIGNALS",
        "SIGTERM, SIGINT\tends in good order: no new connections, what is under way is written; a "
        "second one ends at once\n"
        "SIGHUP\tloads the configuration anew: all of it, or nothing\n"
        "SIGUSR1\tprints the counters to the log"},
    Section{"EXIT STATUS", "See sluice(1)."},
};

constexpr std::array kCtl{
    Section{"EXIT STATUS",
            "0\tdone\n"
            "1\tthe broker refused, or could not\n"
            "2\tthe command line, or a file that it names\n"
            "3\tthe broker runs, but is not ready\n"
            "4\tthere is no such thing\n"
            "5\tdenied: no valid key, or a role that may not\n"
            "69\tthe broker cannot be reached"},
    Section{"ENVIRONMENT",
            "SLUICE_API_KEY\tan API key\n"
            "NO_COLOR\tif it is set, nothing is in colour; without a terminal nothing is anyway"},
    Section{"FILES",
            "sluice-data/admin.sock\tthe broker's local socket; who may open it is an "
            "administrator"},
};

constexpr std::array kTool{
    Section{"EXIT STATUS",
            "0\tdone, or ended by SIGINT or SIGTERM\n"
            "1\twrong arguments, no connection, connection lost\n"
            "27\tthe time of -W ran out\n"
            "1 to 5\tCONNACK of MQTT 3: its return code\n"
            "128 and more\tthe reason code of MQTT 5"},
};

constexpr std::array kCompletion{
    Section{"EXAMPLES",
            "bash\tsluice completion bash > ~/.local/share/bash-completion/completions/sluice\n"
            "zsh\tsluice completion zsh > \"${fpath[1]}/_sluice\"\n"
            "fish\tsluice completion fish > ~/.config/fish/completions/sluice.fish"},
};

constexpr std::array kPages{
    Prose{
        "",
        "Sluice is an MQTT broker for MQTT 3.1, 3.1.1 and 5 in one program, which also has its "
        "tools: clients for scripts, a load generator, and the administration of a running broker.",
        kProgram},
    Prose{"server",
          "Runs the broker in the foreground until it is told to end. Settings come from the file, "
          "then from the environment, then from the command line; the later one wins. Without any, "
          "it listens for MQTT on port 1883 and for its administration on 127.0.0.1:8083, and lets "
          "nobody in until credentials are made.",
          kServer},
    Prose{"check",
          "Reads a configuration as the server would and reports every mistake with its place. "
          "Nothing is started or written.",
          {}},
    Prose{
        "ctl",
        "Asks a running broker over its REST API: by the local socket in its data folder, or with "
        "--url and an API key over the network. Verbs that destroy ask first; without a terminal "
        "they need --yes.",
        kCtl},
    Prose{"pub", "Its flags and exit statuses are those of mosquitto_pub.", kTool},
    Prose{"sub", "Its flags, formats and exit statuses are those of mosquitto_sub.", kTool},
    Prose{"bench",
          "Loads any broker from one thread, checks every message for loss, duplicates and order, "
          "and prints rates and latencies.",
          {}},
    Prose{
        "completion",
        "Prints a script that completes commands, options and their values, and for clients those "
        "that the broker knows if its local socket answers.",
        kCompletion},
    Prose{
        "debug-bundle",
        "Collects what helps to understand a broker into one archive: version, configuration with "
        "secrets masked, health, metrics twice, counts of sessions, drops, slow clients, limits of "
        "the process, facts of the system, and logs that are named. It has no payloads and no "
        "credentials; MANIFEST.txt in it says what is there. It takes the options of sluice-ctl(1) "
        "that say which broker.",
        {}},
};

}  // namespace

Prose find_prose(std::string_view command) {
  const auto found = std::ranges::find(kPages, command, &Prose::command);
  return found == kPages.end() ? Prose{} : *found;
}

}  // namespace sluice::manual
