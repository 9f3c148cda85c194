"""FHIR in XML as the same tree that FHIR in JSON gives."""

from __future__ import annotations

from lxml import etree

from core.reading.messages.safe_json import JsonObject

NAMESPACE = "http://hl7.org/fhir"
_XHTML = "{http://www.w3.org/1999/xhtml}"


class XmlTree:
    """The resource under a root element. `comments` are the file's comments with their lines, `odd` counts
    texts and marks that FHIR does not know; they are kept under names of their own."""

    def __init__(self, root: etree._Element) -> None:
        self.comments: list[tuple[int, str]] = []
        for node in root.getroottree().xpath("//comment() | //processing-instruction()"):
            self.comments.append((node.sourceline or 0, node.text or ""))
        self.resource = self._resource(root)

    def _resource(self, element: etree._Element) -> JsonObject:
        made = self._object(element)
        whole = JsonObject({"resourceType": _name(element)})
        whole.update(made)
        whole.line = element.sourceline or 0
        return whole

    def _object(self, element: etree._Element) -> JsonObject:
        made = JsonObject()
        made.line = element.sourceline or 0
        for name, value in element.attrib.items():
            made[etree.QName(name).localname] = value
        if element.text and element.text.strip():
            made["(text)"] = element.text
        found: dict[str, list[object]] = {}
        for child in element:
            if child.tail and child.tail.strip():
                found.setdefault("(text)", []).append(child.tail)
            if not isinstance(child.tag, str):
                continue
            name = _name(child)
            value, beside = self._child(child, name)
            found.setdefault(name, []).append(value)
            if beside is not None:
                found.setdefault(f"_{name}", []).append(beside)
        for name, values in found.items():
            key = name
            while key in made:
                key += "'"
            made[key] = values[0] if len(values) == 1 else values
        return made

    def _child(self, child: etree._Element, name: str) -> tuple[object, JsonObject | None]:
        """A child's value, and what stands beside a primitive value (its extensions)."""
        if child.tag == f"{_XHTML}div":
            copy = etree.tostring(child, encoding="unicode", with_tail=False)
            return copy, None
        inside = [c for c in child if isinstance(c.tag, str)]
        resources = [c for c in inside if c.tag.startswith(f"{{{NAMESPACE}}}") and _name(c)[:1].isupper()]
        if name in ("resource", "contained") and len(inside) == 1 and resources and not child.attrib:
            return self._resource(resources[0]), None
        if "value" not in child.attrib:
            return self._object(child), None
        whole = self._object(child)
        value = whole.pop("value")
        return value, whole if whole else None


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)
