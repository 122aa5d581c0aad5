/** A stylesheet of XSLT 1.0 around its templates. */
export function stylesheet(inner: string, attributes = ""): string {
  const namespaces = [
    'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"',
    'xmlns:msxsl="urn:schemas-microsoft-com:xslt"',
    'xmlns:exsl="http://exslt.org/common"',
    'exclude-result-prefixes="msxsl exsl"',
  ];
  return `<xsl:stylesheet version="1.0" ${namespaces.join(" ")}${attributes}>${inner}</xsl:stylesheet>`;
}

/** Of groups as a sender writes them, to those of the entity. */
export const groupsFromSender = stylesheet(`<xsl:template match="/groups"><Document><xsl:for-each select="group">
  <CustCustomerGroupEntity><CustomerGroupId><xsl:value-of select="@no"/></CustomerGroupId>
  <Description><xsl:value-of select="title"/></Description></CustCustomerGroupEntity>
</xsl:for-each></Document></xsl:template>`);
