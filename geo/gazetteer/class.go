package gazetteer

import "strings"

// ClassOf returns the class of a GeoNames feature code, by the classes of
// https://www.geonames.org/export/codes.html.
func ClassOf(code string) Class {
	if c, ok := classByCode[code]; ok {
		return c
	}
	switch {
	case strings.HasPrefix(code, "PPL"):
		return ClassPopulated
	case strings.HasPrefix(code, "PCL"):
		return ClassCountry
	case strings.HasPrefix(code, "ADM"):
		return ClassAdmin2
	}
	return ClassSpot
}

var classByCode = map[string]Class{
	"STLMT": ClassPopulated,
	"TERR":  ClassCountry,
	"ADM1":  ClassAdmin1, "ADM1H": ClassAdmin1,
	"CONT": ClassRegion, "RGN": ClassRegion, "RGNE": ClassRegion, "RGNH": ClassRegion, "RGNL": ClassRegion, "AREA": ClassRegion, "ZN": ClassRegion, "ZNB": ClassRegion,
	"ISL": ClassRegion, "ISLS": ClassRegion, "ISLET": ClassRegion, "ISLF": ClassRegion, "ATOL": ClassRegion, "DSRT": ClassRegion, "PEN": ClassRegion, "DLTA": ClassRegion,
	"CAPE": ClassPhysical, "CNYN": ClassPhysical, "CRTR": ClassPhysical, "DPR": ClassPhysical, "FRST": ClassPhysical, "GRGE": ClassPhysical, "HLL": ClassPhysical, "HLLS": ClassPhysical,
	"ISTH": ClassPhysical, "MT": ClassPhysical, "MTS": ClassPhysical, "PASS": ClassPhysical, "PK": ClassPhysical, "PKS": ClassPhysical, "PLAT": ClassPhysical, "PLN": ClassPhysical,
	"RDGE": ClassPhysical, "RK": ClassPhysical, "RKS": ClassPhysical, "RFT": ClassPhysical, "UPLD": ClassPhysical, "VAL": ClassPhysical, "VLC": ClassPhysical, "CLDA": ClassPhysical, "ESCT": ClassPhysical, "GLCR": ClassPhysical, "GRSLD": ClassPhysical,
	"BAY": ClassWater, "BAYS": ClassWater, "BGHT": ClassWater, "CHN": ClassWater, "CNL": ClassWater, "CNLB": ClassWater, "COVE": ClassWater, "ESTY": ClassWater, "FJD": ClassWater, "FLLS": ClassWater, "GULF": ClassWater, "INLT": ClassWater,
	"LGN": ClassWater, "LK": ClassWater, "LKS": ClassWater, "LKI": ClassWater, "LKN": ClassWater, "LKO": ClassWater, "OCN": ClassWater, "RSV": ClassWater, "SD": ClassWater, "SEA": ClassWater, "STM": ClassWater, "STMI": ClassWater, "STMM": ClassWater, "STMA": ClassWater, "STMS": ClassWater,
	"STRT": ClassWater, "WAD": ClassWater, "WTLD": ClassWater, "SWMP": ClassWater, "MRSH": ClassWater, "RF": ClassWater, "RPDS": ClassWater,
	"TRNCHU": ClassWater, "RDGU": ClassWater, "SHOL": ClassWater, "BNK": ClassWater, "CRSU": ClassWater, "DEEP": ClassWater, "RFU": ClassWater, "SHLU": ClassWater, "SMU": ClassWater, "PLTU": ClassWater,
}
