// Boost.JSON is used without its shared library: here is its code, and nothing else, so that a
// program with another such file links.
#include <boost/json/src.hpp>
