# The committed table of statements and tests is what the sources say.
find_program(COVERAGE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(COVERAGE_PYTHON)
  add_test(NAME conformance_coverage
    COMMAND "${COVERAGE_PYTHON}" "${CMAKE_CURRENT_LIST_DIR}/coverage.py" --check)
else()
  message(STATUS "No conformance_coverage: python3 is missing; scripts/bootstrap --with test brings it")
endif()
