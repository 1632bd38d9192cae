"""Drugs that occur in the invented histories: name as a receipt writes it, ingredient, unit.

Ingredient and product names are real generics; nine-digit codes starting with 6199 are invented, the others are the
public master samples of medical-info 3.2, so that a drug master can be tried out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Medicine:
    """One product. `use_class` is the 診療識別 of the receipt: 21 内服, 22 屯服, 23 外用, 33 注射."""

    code: str
    name: str
    ingredient: str
    unit: str
    use_class: str = "21"


MEDICINES: dict[str, Medicine] = {
    "amlodipine": Medicine("619990001", "アムロジピンＯＤ錠５ｍｇ「見本」", "アムロジピンベシル酸塩", "錠"),
    "cilnidipine": Medicine("610407148", "アテレック錠１０", "シルニジピン", "錠"),
    "olmesartan": Medicine("619990002", "オルメサルタンＯＤ錠２０ｍｇ「見本」", "オルメサルタン　メドキソミル", "錠"),
    "bisoprolol": Medicine(
        "619990003", "ビソプロロールフマル酸塩錠２．５ｍｇ「見本」", "ビソプロロールフマル酸塩", "錠"
    ),
    "furosemide": Medicine("619990004", "フロセミド錠２０ｍｇ「見本」", "フロセミド", "錠"),
    "spironolactone": Medicine("619990005", "スピロノラクトン錠２５ｍｇ「見本」", "スピロノラクトン", "錠"),
    "edoxaban": Medicine("619990006", "エドキサバンＯＤ錠３０ｍｇ「見本」", "エドキサバントシル酸塩水和物", "錠"),
    "warfarin": Medicine("619990007", "ワルファリンＫ錠１ｍｇ「見本」", "ワルファリンカリウム", "錠"),
    "aspirin": Medicine("619990008", "アスピリン腸溶錠１００ｍｇ「見本」", "アスピリン", "錠"),
    "metformin": Medicine("619990009", "メトホルミン塩酸塩錠５００ｍｇＭＴ「見本」", "メトホルミン塩酸塩", "錠"),
    "sitagliptin": Medicine("619990010", "シタグリプチン錠５０ｍｇ「見本」", "シタグリプチンリン酸塩水和物", "錠"),
    "voglibose": Medicine("610406390", "ベイスン錠０．２", "ボグリボース", "錠"),
    "insulin_glargine": Medicine(
        "619990011", "インスリン　グラルギンＢＳ注「見本」", "インスリン　グラルギン", "キット", "33"
    ),
    "rosuvastatin": Medicine("619990012", "ロスバスタチンＯＤ錠２．５ｍｇ「見本」", "ロスバスタチンカルシウム", "錠"),
    "lansoprazole": Medicine("619990013", "ランソプラゾールＯＤ錠１５ｍｇ「見本」", "ランソプラゾール", "錠"),
    "lansoprazole_other": Medicine("619990014", "ランソプラゾールＯＤ錠１５ｍｇ「例示」", "ランソプラゾール", "錠"),
    "famotidine": Medicine("610406079", "ガスター散２％", "ファモチジン", "ｇ"),
    "magnesium_oxide": Medicine("619990015", "酸化マグネシウム錠３３０ｍｇ「見本」", "酸化マグネシウム", "錠"),
    "carbocisteine": Medicine("610407447", "ムコダイン錠５００ｍｇ", "Ｌ－カルボシステイン", "錠"),
    "tiotropium": Medicine(
        "619990016", "チオトロピウム吸入用カプセル１８μｇ「見本」", "チオトロピウム臭化物水和物", "カプセル", "23"
    ),
    "donepezil": Medicine("619990017", "ドネペジル塩酸塩ＯＤ錠５ｍｇ「見本」", "ドネペジル塩酸塩", "錠"),
    "memantine": Medicine("619990018", "メマンチン塩酸塩ＯＤ錠１０ｍｇ「見本」", "メマンチン塩酸塩", "錠"),
    "levodopa": Medicine("619990019", "レボドパ・カルビドパ配合錠Ｌ１００「見本」", "レボドパ・カルビドパ水和物", "錠"),
    "levetiracetam": Medicine("619990020", "レベチラセタム錠５００ｍｇ「見本」", "レベチラセタム", "錠"),
    "valproate": Medicine("619990021", "バルプロ酸Ｎａ徐放錠２００ｍｇ「見本」", "バルプロ酸ナトリウム", "錠"),
    "alendronate": Medicine("619990022", "アレンドロン酸錠３５ｍｇ「見本」", "アレンドロン酸ナトリウム水和物", "錠"),
    "eldecalcitol": Medicine(
        "619990023", "エルデカルシトールカプセル０．７５μｇ「見本」", "エルデカルシトール", "カプセル"
    ),
    "febuxostat": Medicine("619990024", "フェブキソスタット錠１０ｍｇ「見本」", "フェブキソスタット", "錠"),
    "levothyroxine": Medicine(
        "619990025", "レボチロキシンＮａ錠５０μｇ「見本」", "レボチロキシンナトリウム水和物", "錠"
    ),
    "suvorexant": Medicine("619990026", "スボレキサント錠１５ｍｇ「見本」", "スボレキサント", "錠"),
    "acetaminophen": Medicine("619990027", "アセトアミノフェン錠２００ｍｇ「見本」", "アセトアミノフェン", "錠", "22"),
    "etodolac": Medicine("610406388", "ハイペン錠２００ｍｇ", "エトドラク", "錠", "22"),
    "etodolac_other": Medicine("610406383", "オステラック錠２００", "エトドラク", "錠"),
    "loxoprofen_patch": Medicine(
        "619990028", "ロキソプロフェンＮａテープ１００ｍｇ「見本」", "ロキソプロフェンナトリウム水和物", "枚", "23"
    ),
    "calcium_carbonate": Medicine("619990029", "沈降炭酸カルシウム錠５００ｍｇ「見本」", "沈降炭酸カルシウム", "錠"),
    "amoxicillin": Medicine(
        "619990030", "アモキシシリンカプセル２５０ｍｇ「見本」", "アモキシシリン水和物", "カプセル"
    ),
    "riluzole": Medicine("619990031", "リルゾール錠５０ｍｇ「見本」", "リルゾール", "錠"),
}
