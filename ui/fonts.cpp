#include "ui/fonts.h"

#include <QApplication>
#include <QDir>
#include <QFontDatabase>

// In no namespace, not even an unnamed one: the macro declares a function of the global one.
static void open_font_resources() {
    Q_INIT_RESOURCE(layerscope_fonts);
}

namespace layerscope {

void install_fonts() {
    open_font_resources();
    QString family;
    for (const QString& name : QDir{QStringLiteral(":/fonts")}.entryList({"*.otf", "*.ttf"})) {
        const int id = QFontDatabase::addApplicationFont(QStringLiteral(":/fonts/") + name);
        const QStringList families = QFontDatabase::applicationFontFamilies(id);
        if (family.isEmpty() && !families.isEmpty()) family = families.front();
    }
    QFont font = QApplication::font();
    if (!family.isEmpty()) font.setFamilies({family});
    font.setPixelSize(13);
    font.setHintingPreference(QFont::PreferNoHinting);
    QApplication::setFont(font);
}

QFont ui_font(int pixel_size, QFont::Weight weight) {
    QFont font = QApplication::font();
    font.setPixelSize(pixel_size);
    font.setWeight(weight);
    return font;
}

}  // namespace layerscope
