<?xml version="1.0" encoding="utf-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:p="urn:example:purchasing" exclude-result-prefixes="p">
  <xsl:template match="/p:purchasing">
    <Document>
      <xsl:for-each select="p:supplier">
        <Vendors>
          <ACCOUNT><xsl:value-of select="@no"/></ACCOUNT>
          <NAME><xsl:value-of select="p:name"/></NAME>
          <PAYMENT_DAYS><xsl:value-of select="p:terms/@days"/></PAYMENT_DAYS>
        </Vendors>
      </xsl:for-each>
    </Document>
  </xsl:template>
</xsl:stylesheet>
