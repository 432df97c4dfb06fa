#include "tests/app/child_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

extern char** environ;

namespace layerscope {
namespace {

pid_t spawn(const std::vector<std::string>& arguments, posix_spawn_file_actions_t& actions) {
    std::vector<char*> argv = {const_cast<char*>(LAYERSCOPE_PROGRAM)};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_t pid = -1;
    const int status = posix_spawn(&pid, argv.front(), &actions, nullptr, argv.data(), environ);
    EXPECT_EQ(status, 0) << "cannot start " << argv.front();
    return pid;
}

int reap(pid_t pid) {
    int status = 0;
    if (waitpid(pid, &status, 0) != pid) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) {
    std::array<int, 2> pipe_ends{};
    EXPECT_EQ(pipe2(pipe_ends.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
    pid_ = spawn(arguments, actions);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
    out_ = pipe_ends[0];
}

ChildProcess::~ChildProcess() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        reap(pid_);
    }
    if (out_ >= 0) close(out_);
}

bool ChildProcess::fill() {
    pollfd wait_for{out_, POLLIN, 0};
    if (poll(&wait_for, 1, 300'000) <= 0) return false;
    std::array<char, 65536> bytes{};
    const ssize_t count = read(out_, bytes.data(), bytes.size());
    if (count <= 0) return false;
    buffer_.append(bytes.data(), std::size_t(count));
    return true;
}

std::string ChildProcess::read_line() {
    std::size_t end = buffer_.find('\n');
    while (end == std::string::npos && fill()) end = buffer_.find('\n');
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end == std::string::npos ? end : end + 1);
    return line;
}

std::string ChildProcess::read_rest() {
    while (fill()) {
    }
    return std::exchange(buffer_, {});
}

void ChildProcess::send_signal(int signal) {
    kill(pid_, signal);
}

int ChildProcess::wait() {
    return reap(std::exchange(pid_, -1));
}

Finished run_to_end(const std::vector<std::string>& arguments) {
    std::string name =
        (std::filesystem::temp_directory_path() / "layerscope-stderr-XXXXXX").string();
    const int errors = mkstemp(name.data());
    std::array<int, 2> pipe_ends{};
    EXPECT_EQ(pipe2(pipe_ends.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    const pid_t pid = spawn(arguments, actions);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
    close(errors);
    Finished finished;
    std::array<char, 65536> bytes{};
    for (ssize_t count = 0; (count = read(pipe_ends[0], bytes.data(), bytes.size())) > 0;) {
        finished.out.append(bytes.data(), std::size_t(count));
    }
    close(pipe_ends[0]);
    finished.code = reap(pid);
    std::stringstream text;
    text << std::ifstream{name}.rdbuf();
    finished.errors = text.str();
    std::filesystem::remove(name);
    return finished;
}

}  // namespace layerscope
