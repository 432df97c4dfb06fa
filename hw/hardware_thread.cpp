#include "hw/hardware_thread.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <iterator>
#include <list>
#include <string>
#include <thread>
#include <utility>

#include "hw/neware_bts.h"

namespace layerscope {

namespace asio = boost::asio;

class HardwareThread::Impl {
  public:
    Impl(const Station& station, RowSink& sink, LinkTimes times) : sink_{sink} {
        for (const auto& device : station.devices) {
            BtsTask task{device, {}, times, clock_};
            std::copy_if(station.channels.begin(), station.channels.end(),
                         std::back_inserter(task.channels),
                         [&](const auto& channel) { return channel.device == device.id; });
            start(std::move(task));
        }
        thread_ = std::thread{[this] { run(); }};
    }
    ~Impl() { stop(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void stop() {
        if (!thread_.joinable()) return;
        // Not io_.stop(): the coroutines end by themselves, while what they refer to is there.
        asio::post(io_, [this] {
            for (auto& stop : stops_) stop.emit(asio::cancellation_type::terminal);
            open_.reset();
        });
        thread_.join();
    }

    void post(std::function<void()> work) { asio::post(io_, std::move(work)); }

  private:
    void start(BtsTask task) {
        const auto ended = [this, device = task.device.id](const std::exception_ptr& why) {
            if (why) report_end(device, why);
        };
        auto& stop = stops_.emplace_back();
        asio::co_spawn(io_, serve_neware_bts(std::move(task), sink_),
                       asio::bind_cancellation_slot(stop.slot(), ended));
    }

    /// A session ends by being stopped; any other end is a fault of ours or of the memory's.
    void report_end(const std::string& device, const std::exception_ptr& why) {
        try {
            std::rethrow_exception(why);
        } catch (const boost::system::system_error& error) {
            if (error.code() == asio::error::operation_aborted) return;
            report_fault(device, error.what());
        } catch (const std::exception& error) {
            report_fault(device, error.what());
        }
    }

    void report_fault(const std::string& device, const char* what) {
        sink_.link(
            {device, LinkReport::State::lost, clock_.utc(std::chrono::steady_clock::now()),
             fmt::format("{}: the driver ended ({}); start the recording again", device, what)});
    }

    void run() {
        pthread_setname_np(pthread_self(), "hardware");
        try {
            io_.run();
        } catch (const std::exception& error) {
            sink_.note(0, fmt::format("the hardware thread ended ({}); start the recording again",
                                      error.what()));
        }
    }

    RowSink& sink_;
    const UtcMap clock_;
    std::list<asio::cancellation_signal> stops_;  // one a device; they do not move
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> open_{io_.get_executor()};
    std::thread thread_;  // last: joined before anything it uses is destroyed
};

HardwareThread::HardwareThread(const Station& station, RowSink& sink, LinkTimes times)
    : impl_{std::make_unique<Impl>(station, sink, times)} {}

HardwareThread::~HardwareThread() = default;

void HardwareThread::stop() {
    impl_->stop();
}

void HardwareThread::post(std::function<void()> work) {
    impl_->post(std::move(work));
}

}  // namespace layerscope
