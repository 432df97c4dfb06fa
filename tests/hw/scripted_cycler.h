#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace layerscope {

/// What goes back for a request.
struct ScriptedAnswer {
    std::string bytes;   // as they are, terminator included
    bool close = false;  // afterwards
};

/// A server on loopback that answers as a script says; without one, like a well-behaved cycler with
/// the channels 27-21-1-1 to 27-21-1-n. It serves one connection after the other. Thread-safe.
class ScriptedCycler {
  public:
    using Script = std::function<ScriptedAnswer(const std::string& command, ScriptedAnswer usual)>;

    /// `port` 0 takes any free one.
    explicit ScriptedCycler(int channels, Script script = {}, std::uint16_t port = 0);
    ~ScriptedCycler();
    ScriptedCycler(const ScriptedCycler&) = delete;
    ScriptedCycler& operator=(const ScriptedCycler&) = delete;

    std::uint16_t port() const { return port_; }

    /// How many rows the channel holds from now on.
    void record(int channel, std::int64_t rows, bool complete = false);

    /// Commands in the order they came.
    std::vector<std::string> commands() const;

    int connections() const { return connections_; }

  private:
    struct Channel {
        std::int64_t rows = 0;
        bool complete = false;
    };

    void serve();
    void converse(int socket);
    std::string usual_answer(const std::string& command, const std::string& request) const;

    Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::vector<Channel> channels_;
    std::vector<std::string> commands_;
    int open_ = -1;  // the connection that is on
    bool stopped_ = false;
    std::atomic<int> connections_ = 0;
    std::thread thread_;
};

/// A port on which nobody listens.
std::uint16_t closed_port();

}  // namespace layerscope
