#pragma once
#include <qcustomplot.h>

#include <QString>

namespace layerscope {

/// The step from {1, 2, 2.5, 5} x 10^n that gives at most `most` ticks over `span` > 0.
double value_step(double span, int most);
/// Decimals that write multiples of `step` exactly.
int decimals_for(double step);
/// The step in seconds, minutes, hours or days that gives at most `most` ticks over `span_s`.
double time_step_s(double span_s, int most);

/// Four to six values, all with the same decimals, zero as "0", the real minus.
class ValueTicker : public QCPAxisTicker {
  protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;
    int getSubTickCount(double) override { return 0; }

  private:
    double step_ = 1;
};

/// Test time as h:min, with seconds where the ticks are closer than a minute.
class TimeTicker : public QCPAxisTicker {
  public:
    bool with_seconds() const { return step_s_ < 60; }

  protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;
    int getSubTickCount(double) override { return 0; }

  private:
    double step_s_ = 60;
};

}  // namespace layerscope
