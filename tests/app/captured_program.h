#pragma once
#include <string>
#include <vector>

namespace layerscope {

/// What the program wrote and how it ended.
struct CapturedProgram {
    int code = 0;
    std::string out;
    std::string err;
};

/// Runs the program in this process; `words` are what follows its name.
CapturedProgram run_captured(std::vector<std::string> words);

}  // namespace layerscope
