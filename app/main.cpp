#include "app/commands/program.h"

int main(int argc, char** argv) {
    return layerscope::run_program(argc, argv);
}
