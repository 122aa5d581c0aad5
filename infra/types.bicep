metadata description = 'Types that more than one module uses.'

@export()
@description('Names and values of tags.')
type tagsType = {
  *: string
}

@export()
@description('How often the bytes of an account are stored, and where.')
type redundancyType = 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

@export()
@description('App settings: names as shared/config.ts reads them.')
type settingsType = {
  *: string
}
