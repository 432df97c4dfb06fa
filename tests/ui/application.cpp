#include <gtest/gtest.h>

#include <QApplication>
#include <array>
#include <memory>

#include "ui/fonts.h"

namespace layerscope {
namespace {

/// Widgets need an application; one for all tests, on no display.
class Application : public ::testing::Environment {
  public:
    void SetUp() override {
        if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
        application_ = std::make_unique<QApplication>(argc_, argv_.data());
        QApplication::setStyle(QStringLiteral("Fusion"));
        install_fonts();
    }
    void TearDown() override { application_.reset(); }

  private:
    int argc_ = 1;
    std::array<char, 9> name_{"tests_ui"};
    std::array<char*, 2> argv_{name_.data(), nullptr};
    std::unique_ptr<QApplication> application_;
};

// Registered before main runs; GoogleTest owns it.
const auto* const application = ::testing::AddGlobalTestEnvironment(new Application);

}  // namespace
}  // namespace layerscope
