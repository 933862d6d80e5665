// The one place where Boost.JSON, which is headers only, is compiled; whoever uses it links base.

#include <boost/json/src.hpp>
