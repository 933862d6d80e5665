// Boost.JSON is used without its shared library: here is its code, once.
#include <boost/json/src.hpp>
