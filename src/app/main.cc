#include "app/commands.h"

int main(int argc, char** argv) {
  return sluice::app::run(sluice::app::parse_command_line(argc, argv));
}
