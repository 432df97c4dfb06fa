#include "app/commands/program.h"

#include <gtest/gtest.h>

namespace layerscope {
namespace {

TEST(Program, says_its_version) {
    const char* arguments[] = {"layerscope", "--version"};
    EXPECT_EQ(run_program(2, const_cast<char**>(arguments)), 0);
}

}  // namespace
}  // namespace layerscope
