import { describe, expect, it } from "vitest";
import { CONTACTS, HAVE_READY, MAKERS, ORDERS, TROUBLES, type Trouble } from "../text/troubles";
import { guideEn } from "../text/troubles-en";
import { findTroubles } from "./trouble-search";

const first = (typed: string) => findTroubles(typed, TROUBLES)[0]?.id;

describe("the office looks for a remedy", () => {
  it.each([
    ["011", "reader-011-008"],
    ["００８", "reader-011-008"],
    ["エラー 103", "reader-103"],
    ["905", "reader-905"],
    ["907", "reader-907"],
    ["OQC-OWSE0900000", "phone-oqc"],
  ])("[S-211] by the code %s, whatever its width", (typed, id) => {
    expect(first(typed)).toBe(id);
  });

  it.each([
    ["画面が真っ黒", "reader-black"],
    ["がめんがまっくろ", undefined],
    ["反応しない", "reader-no-reaction"],
    ["応答がありません", "link-no-answer"],
    ["強制的にログイン", "terminal-forced-login"],
    ["onshi-receiver", "resecon-orca"],
    ["ＬＡＮケーブル", "reader-lan"],
  ])("by what is seen: %s", (typed, id) => {
    expect(first(typed)).toBe(id);
  });

  it("shows everything while nothing is typed, and nothing for words that nobody used", () => {
    expect(findTroubles(" ", TROUBLES)).toHaveLength(TROUBLES.length);
    expect(findTroubles("プリンター", TROUBLES)).toEqual([]);
  });
});

describe("every remedy", () => {
  it("[S-204] [S-205] names a cause, at least one step, and is found by its own code or sign", () => {
    for (const trouble of TROUBLES) {
      expect(trouble.cause).not.toBe("");
      expect(trouble.steps.length).toBeGreaterThan(0);
      for (const typed of [...trouble.codes, ...trouble.signs]) {
        expect(findTroubles(typed, TROUBLES).map((t) => t.id)).toContain(trouble.id);
      }
    }
  });

  it("[S-189] has a telephone number for every maker", () => {
    for (const { id } of MAKERS) {
      expect(
        CONTACTS.some((contact) => contact.makers?.includes(id) && /^0[\d-]+$/.test(contact.phone)),
      ).toBe(true);
    }
  });
});

/** Requirement, where its remedy stands, and the fact of it that must be read there. */
const REMEDIES: ReadonlyArray<readonly [id: string, trouble: string, fact: RegExp]> = [
  ["S-204", "terminal-off", /電源が入っているか.*資格確認端末を再起動/],
  ["S-205", "reader-lan", /オン資ルーター → カードリーダー → 資格確認端末 → レセコン/],
  ["S-206", "terminal-orders", /カードリーダーを先に、資格確認端末をあと/],
  ["S-207", "terminal-orders", /端末をシャットダウンしてから、カードリーダーを切/],
  ["S-208", "reader-black", /初期化 → 数字の減る画面 → 「カードを置いてください」/],
  ["S-209", "reader-name-missing", /管理アプリに医院の名前/],
  ["S-210", "reader-011-008", /端末の管理ツールの画面/],
  ["S-212", "reader-011-008", /電源.*再起動/],
  ["S-213", "reader-103", /傷や割れ.*メーカーに連絡/],
  ["S-214", "reader-lan", /電源が入っているか/],
  ["S-215", "reader-905", /医療機関コードが変わった.*USBケーブルを抜き差し.*資格確認端末 → レセコン/],
  ["S-216", "reader-907", /パナソニックの窓口/],
  ["S-217", "reader-black", /真っ黒.*準備中/],
  ["S-218", "reader-no-reaction", /USBケーブルを抜き差し/],
  ["S-219", "reader-no-reaction", /2本です（USB–microUSB/],
  ["S-220", "reader-no-reaction", /USB type-B のケーブル1本を、奥まで/],
  ["S-221", "reader-no-reaction", /Remote NDIS based Internet Sharing Device/],
  ["S-222", "terminal-lamp", /緑＝動作中、赤＝電源はあるが起動していない.*青＝正常、橙＝信号なし.*HDMI/],
  ["S-223", "resecon-orca", /onshi-receiver.*10〜30秒後/],
  ["S-224", "resecon-dynamics-mrn", /オン資格のボタンがあるパソコンを再起動/],
  ["S-225", "resecon-dynamics-mrn", /MRN は、受け取れないパソコン/],
  ["S-226", "link-no-answer", /オン資共通再起動/],
  ["S-227", "link-no-answer", /5分ほど待ちます/],
  ["S-228", "terminal-slow-start", /そのまま待ちます/],
  ["S-229", "terminal-slow-start", /ふたを閉じても「何もしない」/],
  ["S-230", "link-all-fail", /端末との接続か医療機関コード/],
  ["S-231", "link-style", /ファイルをやり取りする型と、直結/],
  ["S-232", "link-reference-number", /ひとりにひとつ、ひとつの医療機関/],
  ["S-233", "reader-001-002", /「取り出してください」と出るまで/],
  ["S-234", "terminal-screen", /切替器・リモートデスクトップ・キー（Ctrl を2回）/],
  ["S-235", "terminal-screen", /端末だけの画面・キーボード・マウス/],
  ["S-236", "terminal-off", /リーダーのエラーも.*端末の電源が切れているだけ/],
  ["S-237", "reader-public-expense", /アルメックスのリーダーだけ/],
];

describe("what the documents of the field ask for", () => {
  const wordsOf = (trouble: Trouble) =>
    [trouble.title, trouble.cause, ...trouble.steps, ...Object.values(trouble.ways ?? {})].join(" ");

  it.each(REMEDIES)("[%s] stands in %s", (id, name, fact) => {
    const trouble = TROUBLES.find((one) => one.id === name);
    expect(trouble?.shows).toContain(id);
    expect(trouble && wordsOf(trouble)).toMatch(fact);
  });

  it.each(["001", "008", "011", "103", "905", "907"])("[S-211] the dictionary knows code %s", (code) => {
    expect(TROUBLES.filter((trouble) => trouble.codes.includes(code))).toHaveLength(1);
  });
});

describe("the English remedies", () => {
  it("stand beside every Japanese one with the same steps and the same makers", () => {
    const shape = (of: { steps: readonly string[]; ways?: object }) => [
      of.steps.length,
      Object.keys(of.ways ?? {}).sort(),
    ];
    expect(Object.keys(guideEn.troubles).sort()).toEqual(TROUBLES.map((trouble) => trouble.id).sort());
    for (const trouble of TROUBLES) {
      const english = guideEn.troubles[trouble.id];
      expect(english && shape(english), trouble.id).toEqual(shape(trouble));
    }
    expect(Object.keys(guideEn.contacts).sort()).toEqual(CONTACTS.map((contact) => contact.id).sort());
    expect(guideEn.ready).toHaveLength(HAVE_READY.length);
    expect(guideEn.orders).toHaveLength(ORDERS.length);
  });

  it("are found by what an English speaker sees", () => {
    const all = TROUBLES.map((trouble) => ({ ...trouble, ...guideEn.troubles[trouble.id] }));
    expect(findTroubles("black screen", all)[0]?.id).toBe("reader-black");
    expect(findTroubles("905", all)[0]?.id).toBe("reader-905");
    expect(findTroubles("switch box", all)[0]?.id).toBe("terminal-screen");
  });
});
