"""What people type without being asked: words open what they name, a notice is published, a question passed on."""

from corps.membership import joining
from corps.signups import signups
from tests.stage import Stage


async def test_words_keys_a_notice_and_a_question(stage: Stage) -> None:
    corps = stage.corps
    wang = await stage.enter(corps.coordinator("王统筹"))
    zhao = await stage.enter(corps.leader("赵联络"))
    await wang.types("定于12月5日下午2点到4点在磁器口街道金蓉社区举办防诈骗公益讲座。")
    assert "像一份活动通知，要发布吗？" in wang.reads()
    assert wang.buttons()[:2] == ["📝 发布", "📣 群发"]
    await wang.taps("📝 发布")
    assert "防诈骗公益讲座" in wang.reads(), "what was not read is named"
    await wang.types("/cancel")

    zhang = await stage.stranger("小张")
    await zhang.starts("join-" + corps.do(zhao.id, joining.invitation_of, corps.team("民盟")))
    await zhang.taps("同意")
    await zhang.types("张明")
    await stage.tick()
    await zhao.taps("通过")
    await stage.tick()
    keys = [message["reply_keyboard"] for message in zhang.messages() if message["reply_keyboard"]]
    assert keys == [[["📋 活动", "🙋 我的", "📍 签到", "☰ 更多"]]]
    assert "欢迎加入" in zhang.reads()

    activity = corps.publish(wang.id)
    corps.do(zhang.id, signups.sign_up, corps.slot(activity, "志愿者"))
    await zhang.types("📍 签到")
    assert "签到从 12月5日（周六）13:30 开始" in zhang.reads()
    corps.clock.set_wall("2026-12-05 13:40")
    await zhang.types("签道")
    await zhang.taps("签到")
    assert "签到" in zhang.toasts()[-1]

    await zhang.types("周六能带家属吗？")
    assert "我是机器人，看不懂问话" in zhang.reads()
    assert "收到" not in zhang.reads()
    await zhang.taps("转给联络员（赵联络）")
    assert "已转给联络员赵联络" in zhang.reads()
    await stage.tick()
    assert "张明（民盟分团）有话想问" in zhao.reads_all()

    await zhang.types("设置")
    await zhang.taps("收起常用按钮")
    assert zhang.messages()[-1]["reply_keyboard"] == []
    assert "⌨️ 打开常用按钮" in zhang.buttons(back=2)


async def test_a_notice_with_numbered_points_is_one(stage: Stage) -> None:
    wang = await stage.enter(stage.corps.coordinator("王统筹"))
    await wang.types(
        "关于12月志愿服务活动的通知\n各分团：\n"
        "一、12月18日（周五）上午9:00—11:00，在沙坪坝街道马家岩社区举办健康义诊，"
        "需医生3名、志愿者4名，农工党分团负责。\n"
        "二、12月19日下午两点半，在覃家岗街道新桥社区举办反诈讲座。"
    )
    assert "像一份活动通知" in wang.reads()
    await wang.taps("📝 发布")
    assert "12月18日（周五）09:00–11:00" in wang.reads()
    assert "地点：沙坪坝街道马家岩社区" in wang.reads()
    assert "医生 3" in wang.reads()
    assert "志愿者 4" in wang.reads()
    assert "农工党" in wang.reads()
    assert "健康义诊" in wang.reads()
    assert "12月19日下午两点半" in wang.reads(), "what is left over is named"
    assert "各分团" not in wang.reads(), "but no greeting"
    assert "活动：12月志愿服务\n" in wang.reads()


async def test_what_an_office_writes_beside_its_labels_is_read_too(stage: Stage) -> None:
    wang = await stage.enter(stage.corps.coordinator("王统筹"))
    await wang.types(
        "关于开展冬季健康义诊活动的通知\n各分团：\n一、时间：12月12日上午9:00—11:30。\n"
        "二、地点：磁器口街道金蓉社区党群服务中心。\n"
        "三、内容：健康义诊，请农工党分团负责，需医生3名、志愿者4名，欢迎家属。\n四、要求：请统一着装，提前半小时到场。"
    )
    await wang.taps("📝 发布")
    said = wang.reads()
    for known in ("冬季健康义诊", "类别：健康义诊", "12月12日（周六）09:00–11:30", "医生 3、志愿者 4", "农工党"):
        assert known in said
    assert "请统一着装" not in said.split("没认出")[1], "it is a note"
    assert "没认出，没有用上：欢迎家属\n" in said, "what is left over is named, and nothing else"
    assert "各分团" not in said
    assert "党群服务中心\n" in said, "where a sentence ends is no part of the place"


async def test_what_contradicts_a_label_is_named_and_not_lost(stage: Stage) -> None:
    wang = await stage.enter(stage.corps.coordinator("王统筹"))
    await wang.types(
        "/new 活动：\n主题讲座\n时间：12月12日 9:00-11:00\n地点：金蓉社区\n分团：民盟\n内容：请农工党负责，需医生3名"
    )
    assert "分团：民盟" in wang.reads()
    assert "医生 3" in wang.reads()
    assert "没有用上：请农工党负责" in wang.reads()


async def test_a_notice_with_labels_has_its_title_in_the_first_line_but_no_greeting_is_one(stage: Stage) -> None:
    wang = await stage.enter(stage.corps.coordinator("王统筹"))
    for first, title in (("冬季健康讲座", "冬季健康讲座"), ("各位老师：", ""), ("紧急通知", ""), ("大家好！", "")):
        await wang.types(f"/new {first}\n时间：12月12日 9:00-11:00\n地点：金蓉社区")
        if title:
            assert f"活动：{title}" in wang.reads()
        else:
            assert "活动叫什么？" in wang.reads()
        await wang.taps("取消")


async def test_who_cannot_come_tomorrow_says_so_and_reads_how_to_give_the_place_back(stage: Stage) -> None:
    corps = stage.corps
    wang, zhang = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.member("张明"))
    activity = corps.publish(wang.id)
    corps.do(zhang.id, signups.sign_up, corps.slot(activity, "志愿者"))
    await zhang.types("我明天来不了")
    assert "点下面那一场，再点「我来不了」" in zhang.reads()
    await zhang.taps("1.")
    await zhang.taps("我来不了")
    await zhang.types("我报了什么？")
    assert "没有报名的活动" in zhang.reads()
    assert "再点「我来不了」" not in zhang.reads()


async def test_the_log_of_changes_names_languages(stage: Stage) -> None:
    corps = stage.corps
    wang, zhang = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.member("张明"))
    await zhang.types("/settings")
    await zhang.taps("English")
    await wang.types("/audit")
    assert "语言：— → 英文" in wang.reads()


async def test_nobody_has_to_type_what_belongs_behind_a_command(stage: Stage) -> None:
    corps = stage.corps
    wang, zhang = await stage.enter(corps.coordinator("王统筹")), await stage.enter(corps.member("张明"))
    corps.publish(wang.id)
    await wang.types("/audit")
    await wang.taps("找一个人或一场活动")
    assert "请写姓名或活动名" in wang.reads()
    await wang.types("没有这个人")
    assert "没有这个人" in wang.reads()
    await wang.taps("找一个人或一场活动")
    await wang.types("防诈骗")
    assert "操作记录：防诈骗公益讲座" in wang.reads()
    await wang.types("你好")
    assert "没有找到" not in wang.reads(), "it was answered, and takes no more words"

    await wang.types("/rotation")
    await wang.taps("请人加入")
    await wang.types("赵钱孙")
    assert "没有找到「赵钱孙」" in wang.reads()
    await wang.taps("请人加入")
    await wang.types("张明")
    assert "已经问张明了" in wang.reads()

    await wang.types("/export")
    await wang.taps("其他日子、分团或类别")
    await wang.types("10月1日到12月31日 民盟")
    assert "2026年10月1日至2026年12月31日 民盟 台账" in wang.reads()
    assert "其他日子、分团或类别" in "".join(wang.buttons()), "the file, and the way to the next"

    stranger = await stage.stranger("路人")
    await stranger.types("/cert")
    await stranger.taps("核验一个编号")
    await stranger.types("TX2026-0001-7K3F")
    assert "没有这个编号" in stranger.reads()
    assert "核验一个编号" in "".join(stranger.buttons())

    await zhang.types("/rotation")
    assert "请人加入" not in "".join(zhang.buttons())
