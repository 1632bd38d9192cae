/**
 * The steps of the consent as the patient reads them, in the patient's language. The buttons of the official pages are
 * quoted in Japanese, because that is what stands on them.
 */
export const GUIDE_LANGUAGES = ["ja", "en", "zh", "ko", "vi", "pt"] as const;
export type GuideLanguage = (typeof GUIDE_LANGUAGES)[number];

type Guide = {
  name: string;
  scan: string;
  bright: string;
  who: string;
  steps: readonly [string, string, string, string, string];
  pin: string;
  stop: string;
  done: string;
  names: string;
};

export const GUIDES: Record<GuideLanguage, Guide> = {
  ja: {
    name: "日本語",
    scan: "スマートフォンのカメラで\n読み取ってください",
    bright: "読み取れないときは、画面を明るくしてください",
    who: "ご本人か、付き添いの方が操作します",
    steps: [
      "QRを読み取り、「同意登録をする」を押す",
      "同意する項目と、処方箋の形を選ぶ",
      "「同意内容を確認する」→「同意内容を登録する」",
      "マイナポータルで暗証番号4桁を入れ、カードをかざす",
      "「同意登録完了」の名前を確かめ、タブを閉じる",
    ],
    pin: "暗証番号は聞かない・書かない。カードはその場で返します。",
    stop: "2回まちがえたら、ここで止めてください（3回でロック）。",
    done: "「同意登録完了」が出た",
    names: "完了画面の名前が、本人と同じ",
  },
  en: {
    name: "English",
    scan: "Scan with the camera\nof a smartphone",
    bright: "If it cannot be scanned, make this screen brighter",
    who: "Done by the patient or somebody with them",
    steps: [
      "Scan the code and press 「同意登録をする」 (register consent)",
      "Choose what you agree to, and the form of the prescription",
      "「同意内容を確認する」 (check) → 「同意内容を登録する」 (register)",
      "Enter your 4-digit PIN in マイナポータル and hold the card to the phone",
      "Check the name on 「同意登録完了」 (completed) and close the page",
    ],
    pin: "Nobody asks for your PIN or writes it down. The card stays with you.",
    stop: "After two wrong tries, stop here (three lock the card).",
    done: "「同意登録完了」 is shown",
    names: "The name on the last page is the patient's",
  },
  zh: {
    name: "中文",
    scan: "请用智能手机的相机\n扫描二维码",
    bright: "无法扫描时，请调亮屏幕",
    who: "由本人或陪同者操作",
    steps: [
      "扫描二维码，点击「同意登録をする」（登记同意）",
      "选择同意的项目和处方的形式",
      "点击「同意内容を確認する」（确认）→「同意内容を登録する」（登记）",
      "在 マイナポータル 输入4位密码，并将卡片贴近手机",
      "在「同意登録完了」（登记完成）页面确认姓名，然后关闭页面",
    ],
    pin: "我们不会询问或记录您的密码。卡片由您本人保管。",
    stop: "输错两次后请停止（三次会锁定卡片）。",
    done: "已显示「同意登録完了」",
    names: "完成页面的姓名与本人一致",
  },
  ko: {
    name: "한국어",
    scan: "스마트폰 카메라로\nQR코드를 읽어 주세요",
    bright: "읽히지 않으면 화면을 밝게 해 주세요",
    who: "본인 또는 함께 계신 분이 조작합니다",
    steps: [
      "QR코드를 읽고 「同意登録をする」(동의 등록)를 누릅니다",
      "동의할 항목과 처방전 형태를 선택합니다",
      "「同意内容を確認する」(확인) → 「同意内容を登録する」(등록)",
      "マイナポータル에서 비밀번호 4자리를 입력하고 카드를 휴대전화에 댑니다",
      "「同意登録完了」(등록 완료) 화면의 이름을 확인하고 화면을 닫습니다",
    ],
    pin: "비밀번호를 묻거나 적지 않습니다. 카드는 본인이 가지고 계세요.",
    stop: "두 번 틀리면 여기서 멈춰 주세요(세 번이면 카드가 잠깁니다).",
    done: "「同意登録完了」가 표시되었습니다",
    names: "완료 화면의 이름이 본인과 같습니다",
  },
  vi: {
    name: "Tiếng Việt",
    scan: "Hãy quét mã bằng camera\ncủa điện thoại thông minh",
    bright: "Nếu không quét được, hãy tăng độ sáng màn hình",
    who: "Người bệnh hoặc người đi cùng thao tác",
    steps: [
      "Quét mã và bấm 「同意登録をする」 (đăng ký đồng ý)",
      "Chọn các mục đồng ý và hình thức đơn thuốc",
      "Bấm 「同意内容を確認する」 (xác nhận) → 「同意内容を登録する」 (đăng ký)",
      "Nhập mã PIN 4 số trong マイナポータル và áp thẻ vào điện thoại",
      "Kiểm tra tên trên trang 「同意登録完了」 (hoàn tất) rồi đóng trang",
    ],
    pin: "Chúng tôi không hỏi và không ghi lại mã PIN. Thẻ luôn do quý vị giữ.",
    stop: "Nếu nhập sai hai lần, hãy dừng lại (sai ba lần thẻ sẽ bị khóa).",
    done: "Đã hiện 「同意登録完了」",
    names: "Tên trên trang hoàn tất đúng là người bệnh",
  },
  pt: {
    name: "Português",
    scan: "Leia o código com a câmera\ndo celular",
    bright: "Se não conseguir ler, aumente o brilho da tela",
    who: "Feito pelo paciente ou por quem o acompanha",
    steps: [
      "Leia o código e toque em 「同意登録をする」 (registrar consentimento)",
      "Escolha os itens com que concorda e a forma da receita",
      "「同意内容を確認する」 (conferir) → 「同意内容を登録する」 (registrar)",
      "Digite a senha de 4 números no マイナポータル e encoste o cartão no celular",
      "Confira o nome em 「同意登録完了」 (concluído) e feche a página",
    ],
    pin: "Ninguém pergunta nem anota a sua senha. O cartão fica com você.",
    stop: "Depois de dois erros, pare aqui (o terceiro bloqueia o cartão).",
    done: "Apareceu 「同意登録完了」",
    names: "O nome na última página é o do paciente",
  },
};
