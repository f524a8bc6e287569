// What a reader can not read in the outputs of a notebook: cut off, beyond the edge, or overlapping.
// A list of sentences. Tables may scroll sideways in a box of their own; everything else has to fit.
async () => {
    for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);  // laid out anew
    const faults = [];
    const plain = (text) => text.replace(/\s+/g, " ").trim();
    const told = (element) => {
        const text = plain(element.innerText || element.value || "");
        return `${element.tagName.toLowerCase()} “${text.slice(0, 60)}”`;
    };
    const isShown = (element) =>
        element.checkVisibility({ checkVisibilityCSS: true }) && element.getBoundingClientRect().width > 1;
    const overflow = (element) => getComputedStyle(element).overflowX;
    const pen = document.createElement("canvas").getContext("2d");

    const isCut = (element) =>
        /hidden|clip/.test(overflow(element)) &&
        (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);

    // A choice too long for its box, which stands nowhere else in full.
    const hidesItsChoice = (select, output) => {
        const text = select.selectedOptions[0]?.text ?? "", style = getComputedStyle(select);
        pen.font = style.font;
        const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        const elsewhere = [...output.querySelectorAll(".widget-html-content")];
        return pen.measureText(text).width > room &&
            !elsewhere.some((one) => plain(one.innerText).includes(plain(text)));
    };

    // Widgets' boxes could scroll as well, but nobody looks for an input there.
    const scrolls = (element, output) => {
        for (let box = element.parentElement; box !== output; box = box.parentElement) {
            if (/auto|scroll/.test(overflow(box)) && !box.matches(".jupyter-widgets")) return true;
        }
        return false;
    };

    const boxesOf = (element, isControl) => {
        if (isControl) return [element.getBoundingClientRect()];
        const range = document.createRange();
        range.selectNodeContents(element);
        return [...range.getClientRects()];
    };

    const overlap = (one, other) =>
        Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2 &&
        Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 2;

    for (const output of document.querySelectorAll(".jp-OutputArea-output")) {
        const edge = output.getBoundingClientRect();
        if (output.scrollWidth > output.clientWidth + 1) faults.push(`scrolls as a whole: ${told(output)}`);
        const read = [];
        for (const element of output.querySelectorAll("*")) {
            if (!isShown(element)) continue;
            if (isCut(element)) faults.push(`cut off: ${told(element)}`);
            if (element.matches("select") && hidesItsChoice(element, output)) {
                faults.push(`choice cut off: ${element.selectedOptions[0].text}`);
            }
            const isControl = element.matches("input, select, button");
            const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
            if (!isControl && !hasText && !element.matches("img")) continue;
            const box = element.getBoundingClientRect();
            if ((box.right > edge.right + 1 || box.left < edge.left - 1) && !scrolls(element, output)) {
                faults.push(`beyond the edge: ${told(element)}`);
            }
            read.push({ element, isControl, boxes: boxesOf(element, isControl) });
        }
        for (const control of read.filter((one) => one.isControl)) {
            for (const other of read) {
                if (control.element.contains(other.element) || other.element.contains(control.element)) continue;
                if (control.boxes.some((one) => other.boxes.some((two) => overlap(one, two)))) {
                    faults.push(`overlaps: ${told(control.element)} and ${told(other.element)}`);
                }
            }
        }
    }
    return [...new Set(faults)];
}
