# The committed table of statements and tests is what the sources say.
find_program(COVERAGE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
add_test(NAME conformance_coverage
  COMMAND "${COVERAGE_PYTHON}" "${CMAKE_CURRENT_LIST_DIR}/coverage.py" --check)
