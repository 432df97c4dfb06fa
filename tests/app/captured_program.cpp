#include "tests/app/captured_program.h"

#include <gtest/gtest.h>

#include "app/commands/program.h"

namespace layerscope {

CapturedProgram run_captured(std::vector<std::string> words) {
    words.insert(words.begin(), "layerscope");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    CapturedProgram ran;
    ran.code = run_program(int(arguments.size()), arguments.data());
    ran.out = testing::internal::GetCapturedStdout();
    ran.err = testing::internal::GetCapturedStderr();
    return ran;
}

}  // namespace layerscope
