"""One table of what evaluate.sh found: table.py OUT TASK..."""
import sys

LOSS = {"prob": "logloss", "value": "gini_norm"}


def read(path):
    """Metrics by name, and differences as (difference, low, high)."""
    metrics, differences, kind = {}, {}, ""
    for line in open(path):
        words = line.replace("[", " ").replace("]", " ").replace(",", " ").split()
        if words and words[0] in LOSS:
            kind = words[0]
        elif len(words) == 2:
            metrics[words[0]] = float(words[1])
        elif len(words) == 4 and words[0] != "mine":
            differences[words[0]] = tuple(float(word) for word in words[1:])
    return kind, metrics, differences


def verdict(metric, difference):
    """Better or worse only if the paired interval excludes zero; lower log loss is better."""
    value, low, high = difference
    sign = -1 if metric in ("logloss", "mae") else 1
    if low > 0 or high < 0:
        return "better" if sign * value > 0 else "worse"
    return "equal, ahead" if sign * value > 0 else "equal"


def main():
    out, tasks = sys.argv[1], sys.argv[2:]
    print("| task | metric | ours | - floor | | - bar [95 %] | | calibration | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for task in tasks:
        kind, metrics, floor = read(f"{out}/{task}.floor.txt")
        _, _, bar = read(f"{out}/{task}.bar.txt")
        name = LOSS[kind]
        if kind == "prob":
            extra = "AUC {auc:.4f}, ece10 {ece10:.4f}, slope {cal_slope:.2f}, sum {sum_ratio:.2f}, lift10 {lift10:.2f}"
        else:
            extra = "MAE {mae:.1f}, Spearman {spearman:.3f}, total {total_error:+.1%}, decile MAPE {decile_mape:.2f}"
        seconds = open(f"{out}/{task}.seconds").read().strip()
        print(
            f"| {task} | {name} | {metrics[name]:.4f} | {floor[name][0]:+.4f} | {verdict(name, floor[name])} "
            f"| {bar[name][0]:+.4f} [{bar[name][1]:+.4f}, {bar[name][2]:+.4f}] | {verdict(name, bar[name])} "
            f"| {extra.format(**metrics)} | {seconds} |"
        )


if __name__ == "__main__":
    main()
