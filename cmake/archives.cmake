# Libraries as archives in place of shared objects, to keep the idle broker small: a shared RocksDB alone
# is 8.6 MB resident, for its symbol table and because the kernel maps 64 KiB around each page that it
# uses. Of an archive the linker takes what is called, and it resolves all of it beforehand.
#
# All or none, because the C++ runtime is among them and a shared C++ library would bring a second one.
# Only C libraries stay shared: libc, libm, and OpenSSL for the sake of its security updates. The archives
# have no instrumentation, and within a shared library a sanitizer does not miss it; so not under one.

function(sluice_find_archives result)
  set(archives)
  foreach(name IN LISTS ARGN)
    find_library(${name}_ARCHIVE "lib${name}.a")
    mark_as_advanced(${name}_ARCHIVE)
    list(APPEND archives "${${name}_ARCHIVE}")
  endforeach()
  set(${result} "${archives}" PARENT_SCOPE)
endfunction()

sluice_find_archives(rocksdb_archives rocksdb snappy bz2 lz4 zstd z)
sluice_find_archives(re2_archives re2)
sluice_find_archives(yaml-cpp_archives yaml-cpp)
sluice_find_archives(jemalloc_archives jemalloc_pic)
# From 2023 on RE2 stands on Abseil, which is many small archives that need each other.
cmake_path(GET re2_ARCHIVE PARENT_PATH archive_folder)
file(GLOB abseil_archives "${archive_folder}/libabsl_*.a")
if(abseil_archives)
  list(APPEND re2_archives -Wl,--start-group ${abseil_archives} -Wl,--end-group)
endif()

set(archives ${rocksdb_archives} ${re2_archives} ${yaml-cpp_archives} ${jemalloc_archives})
set(archive_link_options -static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,-z,pack-relative-relocs)

if(SLUICE_SANITIZER OR "${archives}" MATCHES "-NOTFOUND")
  set(SLUICE_ARCHIVES_LINK OFF)
else()
  # Which archives an archive needs differs from system to system, so only linking tells.
  try_compile(SLUICE_ARCHIVES_LINK
    SOURCE_FROM_CONTENT archives.cc "
      #include <re2/re2.h>
      #include <rocksdb/db.h>
      #include <yaml-cpp/yaml.h>
      int main(int count, char** arguments) {
        rocksdb::DB* db = nullptr;
        return rocksdb::DB::Open({}, arguments[0], &db).ok() + YAML::LoadFile(arguments[0]).IsMap() +
               RE2::FullMatch(arguments[0], arguments[count]);
      }"
    LINK_OPTIONS ${archive_link_options}
    LINK_LIBRARIES ${archives} Threads::Threads
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
endif()

if(SLUICE_ARCHIVES_LINK)
  add_link_options(${archive_link_options})
else()
  message(STATUS "RocksDB, RE2, yaml-cpp, jemalloc and the C++ runtime are linked as shared libraries")
endif()
