#pragma once

namespace layerscope {

/// The whole program: reads the command line, does what it says, returns the exit code
/// (0 done, 1 failed, 2 wrong usage). Never throws.
int run_program(int argc, char** argv);

}  // namespace layerscope
