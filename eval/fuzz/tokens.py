"""Words of the formats, for the mutators to put where they do not belong."""

from __future__ import annotations


def _words(text: str, *others: bytes) -> tuple[bytes, ...]:
    """The words of a text, which stand between bars, and others that are no text."""
    return (*(word.strip("\n").encode() for word in text.replace("|\n", "|").strip("\n|").split("|")), *others)


PDF = _words(
    """
obj|endobj|stream|endstream|xref|trailer|startxref|%%EOF|<<|>>|[|]|/Type|/Page|/Pages|/Kids|/Count|/Parent|/Length|
/Filter|/FlateDecode|/DCTDecode|/CCITTFaxDecode|/LZWDecode|/ASCII85Decode|/JBIG2Decode|/JPXDecode|/RunLengthDecode|
/Crypt|/DecodeParms|/Predictor 15|/Columns 99999|/MediaBox|/CropBox|/Rotate|/UserUnit 100|/Contents|/Resources|/Font|
/XObject|/Subtype|/Form|/Image|/Type0|/Type1|/Type3|/CIDFontType2|/ToUnicode|/Encoding|/Identity-H|/Encrypt|/Root|
/Prev 0|/Size|/W [1 2 1]|/ObjStm|/XRef|/Annots|/AcroForm|/OpenAction|/JavaScript|/Launch|/EmbeddedFiles|/SMask|/Mask|
/ImageMask true|/ColorSpace|/DeviceN|/Indexed|/ICCBased|/Pattern|/ShadingType 7|/Width|/Height|/BitsPerComponent|BT|
ET|Tf|Tj|TJ|Tm|Td|Tr|cm|q|Q|Do|re|f|m|l|c|W n|BI|ID|EI|sh|gs|1 0 R|2 0 R|10 0 R|0 65535 f|begincmap|endcmap|
beginbfchar|beginbfrange|usecmap|1e38|-1e38|null|true|
"""
)
PNG = _words(
    """
IHDR|PLTE|IDAT|IEND|tRNS|zTXt|iTXt|eXIf|iCCP|acTL|pHYs|
""",
    b"\x89PNG\r\n\x1a\n",
)
JPEG = _words(
    """
Adobe|
""",
    b"\xff\xd8",
    b"\xff\xd9",
    b"\xff\xc0",
    b"\xff\xc1",
    b"\xff\xc2",
    b"\xff\xc4",
    b"\xff\xdb",
    b"\xff\xdd",
    b"\xff\xda",
    b"\xff\xd0",
    b"\xff\xe0",
    b"\xff\xe1",
    b"\xff\xe2",
    b"\xff\xee",
    b"\xff\xfe",
    b"\xff\x00",
    b"JFIF\x00",
    b"Exif\x00\x00",
    b"MPF\x00",
    b"ICC_PROFILE\x00",
)
TIFF = (
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
    b"\xfe\x00",
    b"\x00\x01",
    b"\x01\x01",
    b"\x02\x01",
    b"\x03\x01",
    b"\x06\x01",
    b"\x11\x01",
    b"\x15\x01",
    b"\x16\x01",
    b"\x17\x01",
    b"\x1a\x01",
    b"\x1b\x01",
    b"\x1c\x01",
    b"(\x01",
    b"=\x01",
    b"@\x01",
    b"B\x01",
    b"D\x01",
    b"J\x01",
    b"R\x01",
    b"S\x01",
    b"[\x01",
    b"\xbc\x02",
    b"i\x87",
)
BITMAP = _words(
    """
BM|RIFF|WEBP|VP8 |VP8L|VP8X|ANIM|ANMF|ALPH|EXIF|GIF89a|,|;|
""",
    b"!\xf9\x04",
    b"!\xff\x0b",
)
ZIP = _words(
    """
.zip|../|%PDF-1.7|
""",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"PK\x07\x08",
    b"up\x01",
    b"\x01\x00\x08\x00",
)
XLSX = _words(
    """
<|/>|</|<![CDATA[|]]>|<!--|<!DOCTYPE a>|&amp;|&x;|xmlns="|"|<?xml |<c r="XFD1048576">|<c r="A1"|<c r=""|r="0"|t="s"|
t="n"|t="b"|t="e"|t="d"|t="str"|t="inlineStr"|<v>1</v>|<v>-1</v>|<v>1e400</v>|<f>A1</f>|<is><t>|
<mergeCell ref="A1:XFD1048576"/>|ref="B2:A1"|s="99"|s="1"|numFmtId="14"|formatCode="yyyy"|state="veryHidden"|
r:id="r9"|date1904="1"|<row r="1048576">|hidden="1"|sheetId="0"|Target="../../x"|TargetMode="External"|Target=""|
/worksheet|/chartsheet|指标|企业名称|2020|6.27%|44197|
""",
    b"\xef\xbb\xbf",
)
XLS = (
    b"\t\x08\x10\x00",
    b"\n\x00\x00\x00",
    b"\x85\x00\x0e\x00",
    b"\x04\x02\x00\x00",
    b"\x03\x02\x0e\x00",
    b"\x06\x02\x00\x00",
    b"\xfd\x00\n\x00",
    b"\xfc\x00\x00\x00",
    b"<\x00\x00\x00",
    b"/\x00\x04\x00",
    b"\xe5\x00\x02\x00",
    b"~\x02\n\x00",
    b"\xbd\x00\x00\x00",
    b"B\x00\x02\x00",
    b"\xff\xff\xff\xff",
    b"\xfe\xff\xff\xff",
    b"\xfd\xff\xff\xff",
)
CSV = _words(
    """
,|;|"|""|="|企业名称|统一社会信用代码|材料包|指标|期间|申报值|单位|编码|营业收入|revenue@2020|2020|目前|万元|%|
8,181.32|是|否|第三名|不适用|１２|3.5E+17|
""",
    b"\t",
    b"\r",
    b"\n",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x810\x810",
    b"\x00",
)
DOCX = _words(
    """
<|/>|</|<![CDATA[|]]>|<!--|<!DOCTYPE a>|&amp;|&x;|xmlns="|"|<?xml |<w:p>|</w:p>|<w:t>|</w:t>|<w:tbl>|<w:tr>|<w:tc>|
<w:p/>|<w:tbl/>|w:val="-1"|w:val="99999999999"|w:val=""|w:val="x"|<w:gridSpan w:val="1000000"/>|<w:vMerge/>|
<w:vMerge w:val="restart"/>|<w:sdt>|<w:sdtContent>|<w:ins>|<w:del>|<w:sym w:char="F0FE"/>|<w:instrText>|r:embed="p1"|
r:id="r9"|Target="NULL"|TargetMode="External"|Target="../../../x"|<w:body>|</w:body>|<w:style/>|w:styleId="1"|8181.32|
☑是|2020年|万元|
""",
    b"\xef\xbb\xbf",
)
OFD = _words(
    """
<|/>|</|<![CDATA[|]]>|<!--|<!DOCTYPE a>|&amp;|&x;|xmlns="|"|<?xml |<ofd:TextObject|<ofd:TextCode|<ofd:PathObject|
<ofd:ImageObject|<ofd:CompositeObject|<ofd:PageBlock>|<ofd:Layer>|<ofd:Content>|<ofd:CGTransform|<ofd:Glyphs>|
Boundary="0 0 0 0"|Boundary="-1e9 0 1e9 1"|Boundary=""|CTM="0 0 0 0 0 0"|CTM="1 0"|CTM="1e300 0 0 1e300 0 0"|Size="0"|
Size="-4"|Size="1e99"|DeltaX="g 999999999 1"|DeltaX="g 2"|DeltaX="x"|Font="99"|Font="1"|ResourceID="30"|
ResourceID="20"|ID="30"|BaseLoc="/"|BaseLoc="../../x"|BaseLoc=""|<ofd:PhysicalBox>0 0 1e9 1e9</ofd:PhysicalBox>|
<ofd:Clips><ofd:Clip/></ofd:Clips>|CharDirection="90"|ReadDirection="180"|HScale="0"|Weight="x"|Visible="false"|
Alpha="x"|PageRef="100"|TemplateID="40"|M 1 1 L 2|A 1 1 0 1 0 5|B 1|CodeCount="99"|Type="Seal"|
CheckMethod="1.2.156.10197.1.401"|FileRef="/"|
""",
    b"\xef\xbb\xbf",
    b"0\x80",
    b"0\x84\xff\xff\xff\xff",
    b"\x04\x00",
)
DECLARED = _words(
    """
{|}|[|]|:|,|"|null|true|NaN|Infinity|1e999|//|"enterprise"|"declared"|"metric"|"period"|"value"|"unit"|"as_of"|
"former_names"|"revenue"|"now"|"2020"|
""",
    b"\\ud800",
    b"\\u0000",
    b"\xef\xbb\xbf",
)
CORPUS = _words(
    """
{|}|[|]|:|,|"|null|true|NaN|Infinity|1e999|//|"file"|"package"|"documents"|"type"|"fields"|"boxes"|"quad"|"findings"|
"text"|"../x"|"page"|"linking"|"value"|"annotations"|
""",
    b"\\ud800",
    b"\\u0000",
    b"\xef\xbb\xbf",
)
RESULT = _words(
    """
{|}|[|]|:|,|"|null|true|NaN|Infinity|1e999|//|"schema"|"files"|"documents"|"findings"|"policies"|"summary"|"evidence"|
"box"|"knots"|"record"|"children"|"status"|
""",
    b"\\ud800",
    b"\\u0000",
    b"\xef\xbb\xbf",
)
POLICY = _words(
    """
all:|any:|at_least:|of:|metric:|op:|value:|unit:|period:|text:|evidence:|manual:|ref:|scoring:|items:|bands:|extends:|
- |: |#|{|}|[|]|&a|*a|<<:|!!str|!!set|---|...|>|%YAML 9.9|'|"|? |.inf|.nan|2021-02-30|0o9|~|last_year|avg3|sum2|
between|in|>=|formula|prev(|years(|count(|benchmark(|size_class(|/ 0|((((|"status"|"met"|
""",
    b"  ",
    b"\t",
    b"",
)
SETTINGS = _words(
    """
ZUOZHENG_|INTAKE__|=|"|'|#|export |{|}|$|${HOME}|true|null|MAX_FILES|
""",
    b"\\",
    b"\n",
    b"\x00",
    b"\xff",
)
