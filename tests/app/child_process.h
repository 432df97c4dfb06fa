#pragma once
#include <sys/types.h>
#include <chrono>
#include <string>
#include <vector>

namespace layerscope {

/// The program itself, run as a person would: started with arguments, its output read line by line,
/// stopped or killed. Killed and reaped when it goes out of scope.
class ChildProcess {
  public:
    explicit ChildProcess(const std::vector<std::string>& arguments);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next line of its stdout without the newline; empty at the end or after five minutes.
    std::string read_line();
    /// Everything that is left of its stdout.
    std::string read_rest();

    void send_signal(int signal);
    /// Its exit code, or minus the signal that ended it.
    int wait();

  private:
    bool fill();  // false at the end of its output

    pid_t pid_ = -1;
    int out_ = -1;
    std::string buffer_;
};

/// Runs the program to its end; its stdout and exit code, stderr thrown together in `errors`.
struct Finished {
    int code = 0;
    std::string out;
    std::string errors;
};
Finished run_to_end(const std::vector<std::string>& arguments);

}  // namespace layerscope
