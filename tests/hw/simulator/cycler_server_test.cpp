#include "hw/simulator/cycler_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "hw/bts_framing.h"
#include "tests/hw/simulator/published_requests.h"

namespace layerscope {
namespace {

constexpr int patience_ms = 20'000;

/// A plain blocking connection: what any client has.
class Connection {
  public:
    explicit Connection(std::uint16_t port) : fd_{socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    }
    ~Connection() { close(fd_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool connected() const { return connected_; }

    void send(std::string_view bytes) const { ASSERT_TRUE(try_send(bytes)); }

    /// True when the peer took all of it.
    bool try_send(std::string_view bytes) const {
        return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == ssize_t(bytes.size());
    }

    /// Everything up to and with the next terminator; what came when the peer closed or fell
    /// silent.
    std::string receive() {
        std::string out;
        std::array<char, 65536> buffer{};
        while (!out.ends_with(bts_terminator) && readable(patience_ms)) {
            const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
            if (size <= 0) break;
            out.append(buffer.data(), std::size_t(size));
        }
        return out;
    }

    std::string ask(const std::string& message) {
        send(message);
        return receive();
    }

    bool closed_by_peer() const {
        char byte = 0;
        return readable(patience_ms) && recv(fd_, &byte, 1, 0) <= 0;
    }

  private:
    bool readable(int timeout_ms) const {
        pollfd wait{fd_, POLLIN, 0};
        return poll(&wait, 1, timeout_ms) == 1;
    }

    int fd_;
    bool connected_ = false;
};

const UtcTime began = parse_iso8601("2026-01-02T03:04:05Z").value();

/// A whole test of a built-in cell, long finished.
SimulatedRig finished_rig() {
    const CellModel cell = find_cell_model("yan-2025-h", {}).value();
    const Protocol protocol = lithiation_protocol(cell, 1, StartState::by_rate, 1800);
    return make_cell_rig(cell, protocol, 1, {began, 1000}).value().rig;
}

std::unique_ptr<CyclerServer> start_server(std::uint16_t port = 0) {
    return CyclerServer::start({port}, finished_rig()).value();
}

const std::string connect_request = "<bts version=\"1.0\"><cmd>connect</cmd></bts>\n\n#\r\n";
const std::string connect_reply =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<bts version=\"1.0\">\r\n"
    "  <cmd>connect_resp</cmd>\r\n  <result>ok</result>\r\n</bts>\n\n#\r\n";

std::string download_request(int chlid) {
    return fmt::format(
        "<bts version=\"1.0\"><cmd>download</cmd><download devtype=\"27\" devid=\"21\" "
        "subdevid=\"1\" "
        "chlid=\"{}\" auxid=\"0\" testid=\"0\" startpos=\"1\" count=\"1000\"/></bts>\n\n#\r\n",
        chlid);
}

TEST(CyclerServer, answers_each_published_request_in_each_spelling_with_one_document) {
    const auto server = start_server();
    int asked = 0;
    for (const std::string& body : published_requests()) {
        for (const std::string& message : spellings(body)) {
            Connection client{server->port()};
            ASSERT_TRUE(client.connected());
            const std::string reply = client.ask(message);
            ASSERT_TRUE(reply.ends_with("</bts>\n\n#\r\n")) << message << reply;
            ASSERT_EQ(reply.find("</bts>"), reply.size() - 11) << "more than one document";
            pugi::xml_document parsed;
            ASSERT_TRUE(parsed.load_buffer(reply.data(), reply.size() - bts_terminator.size()));
            ASSERT_TRUE(parsed.child("bts").child("cmd")) << reply;
            // The next reply is the next thing to arrive: nothing came unasked between.
            ASSERT_EQ(client.ask(connect_request), connect_reply) << message;
            ++asked;
        }
    }
    EXPECT_GT(asked, 300);
}

TEST(CyclerServer, takes_a_request_byte_by_byte) {
    const auto server = start_server();
    Connection client{server->port()};
    for (const char byte : connect_request) client.send({&byte, 1});
    EXPECT_EQ(client.receive(), connect_reply);
}

TEST(CyclerServer, answers_requests_that_arrive_together_in_their_order) {
    const auto server = start_server();
    Connection client{server->port()};
    client.send("<bts><cmd>first</cmd></bts>#\r\n<bts><cmd>second</cmd></bts>#\r\n");
    std::string replies = client.receive();
    if (replies.find("second_resp") == std::string::npos) replies += client.receive();
    EXPECT_LT(replies.find("first_resp"), replies.find("second_resp"));
}

TEST(CyclerServer, survives_clients_that_close_right_after_their_request) {
    const auto server = start_server();
    for (int i = 0; i < 20; ++i) {
        const Connection client{server->port()};
        client.send("<bts><cmd>getdevinfo</cmd></bts>");
    }
    Connection client{server->port()};
    EXPECT_EQ(client.ask(connect_request), connect_reply);
}

TEST(CyclerServer, serves_several_connections_at_once) {
    const auto server = start_server();
    Connection half{server->port()};
    half.send(connect_request.substr(0, 20));
    Connection other{server->port()};
    EXPECT_EQ(other.ask(connect_request), connect_reply);
    half.send(connect_request.substr(20));
    EXPECT_EQ(half.receive(), connect_reply);
}

TEST(CyclerServer, gives_identical_rows_after_a_restart_on_the_same_port) {
    auto server = start_server();
    const std::uint16_t port = server->port();
    std::vector<std::string> before;
    Connection held{port};  // keeps the port busy while the server goes down
    for (int chlid = 1; chlid <= 5; ++chlid) before.push_back(held.ask(download_request(chlid)));
    EXPECT_NE(before[0].find("seqid=\"100\""), std::string::npos);
    server.reset();
    EXPECT_TRUE(held.closed_by_peer());
    server = start_server(port);
    ASSERT_EQ(server->port(), port);
    Connection again{port};
    for (int chlid = 1; chlid <= 5; ++chlid) {
        EXPECT_EQ(again.ask(download_request(chlid)), before[std::size_t(chlid) - 1]);
    }
}

TEST(CyclerServer, stops_under_a_client_that_does_not_read) {
    const auto server = start_server();
    const Connection client{server->port()};
    for (int i = 0; i < 50; ++i) client.send(download_request(1));
    server->stop();
    server->stop();
    EXPECT_FALSE(Connection{server->port()}.connected());
}

TEST(CyclerServer, stops_in_the_moment_in_which_a_client_connects) {
    for (int i = 0; i < 200; ++i) {
        const auto server =
            CyclerServer::start({}, SimulatedRig{std::vector<SimulatedTest>(1), {began, 1}})
                .value();
        const Connection client{server->port()};
        server->stop();
    }
}

TEST(CyclerServer, says_when_its_port_is_taken) {
    const auto server = start_server();
    const auto second = CyclerServer::start({server->port()}, finished_rig());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::busy);
    EXPECT_EQ(second.error().sentence,
              fmt::format("cannot listen on 127.0.0.1:{}: Address already in use; choose another "
                          "port, or 0 for any free one",
                          server->port()));
}

TEST(CyclerServer, closes_a_connection_whose_request_has_no_end) {
    const auto server = start_server();
    const Connection client{server->port()};
    const std::string part = "<bts>" + std::string(1 << 20, 'x');
    int taken = 0;
    while (taken < 64 && client.try_send(part)) ++taken;
    EXPECT_LT(taken, 64);
}

}  // namespace
}  // namespace layerscope
