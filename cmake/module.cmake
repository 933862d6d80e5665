# A module is a folder under src/: all its .cc files but the tests make the library sluice_<name>,
# all its *_test.cc files make the test program <name>_tests.
#
# The tests of modules with threads of their own carry the label `threads`; the target threaded_tests
# builds just these, for runs under ThreadSanitizer.
set(SLUICE_THREADED_MODULES runtime net providers)
add_custom_target(threaded_tests)

function(sluice_module name)
  cmake_parse_arguments(ARG "" "EXCLUDE" "DEPENDS" ${ARGN})
  set(folder "${CMAKE_SOURCE_DIR}/src/${name}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cc")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(ARG_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${ARG_EXCLUDE}")
  endif()

  if(sources)
    add_library(sluice_${name} STATIC ${sources})
    target_include_directories(sluice_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(sluice_${name} PUBLIC ${ARG_DEPENDS})
  else()
    add_library(sluice_${name} INTERFACE)
    target_include_directories(sluice_${name} INTERFACE "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(sluice_${name} INTERFACE ${ARG_DEPENDS})
  endif()

  if(tests AND NOT SLUICE_FUZZ)
    add_executable(${name}_tests ${tests})
    target_link_libraries(${name}_tests PRIVATE sluice_${name} GTest::gtest GTest::gtest_main rapidcheck)
    target_compile_options(${name}_tests PRIVATE ${SLUICE_TEST_OPTIONS})
    target_precompile_headers(${name}_tests PRIVATE <gtest/gtest.h> <string> <vector>)
    add_test(NAME ${name} COMMAND ${name}_tests)
    if(name IN_LIST SLUICE_THREADED_MODULES)
      set_tests_properties(${name} PROPERTIES LABELS threads)
      add_dependencies(threaded_tests ${name}_tests)
    endif()
  endif()
endfunction()

# A program is a folder under src/ that holds its main.cc. The rest of the folder makes the library
# sluice_<folder>, so that the tests of the program link without its main.
function(sluice_program name folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  set(main "${CMAKE_SOURCE_DIR}/src/${folder}/main.cc")
  if(NOT EXISTS "${main}")
    return()
  endif()
  sluice_module(${folder} EXCLUDE "/main\\.cc$" DEPENDS ${ARG_DEPENDS})
  target_compile_definitions(sluice_${folder} PUBLIC SLUICE_VERSION="${PROJECT_VERSION}")

  add_executable(${name} "${main}")
  target_link_libraries(${name} PRIVATE sluice_${folder})
  if(SLUICE_JEMALLOC)
    target_link_libraries(${name} PRIVATE "${JEMALLOC_LIBRARY}")
  endif()
endfunction()
