//! The figures that the sample is calibrated to, as counted in the Kaggle data set "Credit Card Customers" (10,127
//! customers of one bank): shares and quantiles of groups of customers, never a customer.
//!
//! Codes are those of the contract's categories. Where a figure differs by status, the first is of existing and the
//! second of attrited customers. Longer than other files because it is tables.

/// The parts of one at which a distribution's values are given; between them it is linear.
pub(super) const KNOTS: [f64; 15] = [0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0];
/// A distribution's values at the [`KNOTS`].
pub(super) type Quantiles = [f64; 15];

/// Women among the customers.
pub(super) const WOMEN: f64 = 0.5291;

/// Shares of the income classes, of women and of men.
pub(super) const INCOME: [[f64; 6]; 2] =
    [[0.613, 0.189, 0.0, 0.0, 0.0, 0.198], [0.058, 0.163, 0.294, 0.322, 0.152, 0.011]];
/// Accounts that were closed, of women and of men, by income class.
pub(super) const CLOSED: [[f64; 6]; 2] =
    [[0.1772, 0.1637, 0.0, 0.0, 0.0, 0.1717], [0.1083, 0.1353, 0.1348, 0.1577, 0.1733, 0.0962]];
/// Shares of the levels of education, by status.
pub(super) const EDUCATION: [[f64; 7]; 2] =
    [[0.147, 0.201, 0.101, 0.311, 0.05, 0.042, 0.149], [0.146, 0.188, 0.095, 0.299, 0.057, 0.058, 0.157]];
/// Shares of the marital states married, single, divorced and unknown, by status.
pub(super) const MARITAL: [[f64; 4]; 2] = [[0.468, 0.385, 0.074, 0.073], [0.436, 0.411, 0.074, 0.079]];
/// The codes of the same states.
pub(super) const MARITAL_CODES: [usize; 4] = [1, 0, 2, 3];
/// Mean and standard deviation of the age, by status. Those under 26 and nearly all over 65 are at the ends.
pub(super) const AGE: [(f64, f64); 2] = [(46.26, 8.15), (46.66, 7.75)];
pub(super) const AGE_ENDS: (f64, f64) = (26.0, 65.0);
/// Shares of the numbers of dependents, by age: under 30, then in steps of five years, then 60 and over.
pub(super) const DEPENDENTS: [[f64; 6]; 8] = [
    [0.615, 0.339, 0.046, 0.0, 0.0, 0.0],
    [0.254, 0.296, 0.248, 0.146, 0.052, 0.004],
    [0.045, 0.213, 0.35, 0.271, 0.103, 0.018],
    [0.011, 0.076, 0.221, 0.366, 0.252, 0.074],
    [0.016, 0.089, 0.232, 0.337, 0.246, 0.08],
    [0.056, 0.237, 0.331, 0.254, 0.103, 0.019],
    [0.123, 0.272, 0.325, 0.196, 0.073, 0.011],
    [0.539, 0.393, 0.068, 0.0, 0.0, 0.0],
];
/// Shares of the cards, by income class.
pub(super) const CARD: [[f64; 4]; 6] = [
    [0.9556, 0.0365, 0.0067, 0.0011],
    [0.9358, 0.0553, 0.0084, 0.0006],
    [0.908, 0.0685, 0.0207, 0.0029],
    [0.9088, 0.0762, 0.0137, 0.0013],
    [0.8872, 0.0825, 0.0248, 0.0055],
    [0.9397, 0.0477, 0.0081, 0.0045],
];
/// Customers said to be with the bank for exactly 36 months, whatever their age: a heap. With those who are, 24.3 %.
pub(super) const TENURE_HEAP: f64 = 0.206;
pub(super) const TENURE_HEAP_MONTHS: i32 = 36;
/// Mean months of the others at 47 years, months more for each year of age, and the standard deviation.
pub(super) const TENURE: (f64, f64, f64) = (36.5, 0.975, 4.25);
/// No customer is seen before the one or after the other.
pub(super) const TENURE_ENDS: (i32, i32) = (13, 56);

/// Shares of the months without activity, 0 to 6, by status.
pub(super) const INACTIVE: [[f64; 7]; 2] = [
    [0.0016, 0.2509, 0.3267, 0.3553, 0.0359, 0.0172, 0.0124],
    [0.0092, 0.0615, 0.3104, 0.5077, 0.0799, 0.0197, 0.0117],
];
/// Shares of the numbers of contacts, 0 to 6, by status.
pub(super) const CONTACTS: [[f64; 7]; 2] =
    [[0.0461, 0.1636, 0.3322, 0.3175, 0.1267, 0.0138, 0.0], [0.0043, 0.0664, 0.2477, 0.4186, 0.1936, 0.0363, 0.0332]];

/// A distribution of credit limits, with a heap at each end.
pub(super) struct Limits {
    pub(super) lowest: f64,
    pub(super) highest: f64,
    pub(super) between: Quantiles,
}

pub(super) const LOWEST_LIMIT: f64 = 1438.3;
pub(super) const HIGHEST_LIMIT: f64 = 34_516.0;
/// How many times as often the lowest limit is met, by status.
pub(super) const LOWEST_LIMIT_BY_STATUS: [f64; 2] = [0.92, 1.5];
/// Attrited customers whose limit is in the lowest fifth beyond those whom chance puts there.
pub(super) const LOW_LIMIT_BEFORE_CLOSURE: f64 = 0.12;

/// Credit limits on blue cards, of women and of men, by income class. No woman's income is known to be of the third
/// to fifth class; they would have the limits of the men.
pub(super) const BLUE_LIMITS: [[&Limits; 6]; 2] =
    [[&F_UNDER_40, &F_40, &M_60, &M_80, &M_120, &F_UNKNOWN], [&M_UNDER_40, &M_40, &M_60, &M_80, &M_120, &M_UNKNOWN]];

const F_UNDER_40: Limits = Limits {
    lowest: 0.095,
    highest: 0.0,
    between: [
        1440.0, 1478.0, 1605.0, 1746.0, 2033.0, 2292.0, 2561.0, 2806.0, 3132.0, 3630.0, 4709.0, 6521.0, 8016.0, 9530.0,
        9977.0,
    ],
};
const F_40: Limits = Limits {
    lowest: 0.07,
    highest: 0.0,
    between: [
        1439.0, 1479.0, 1626.0, 1848.0, 2206.0, 2546.0, 2832.0, 3249.0, 3898.0, 4703.0, 5662.0, 8222.0, 10_653.0,
        13_910.0, 14_987.0,
    ],
};
const F_UNKNOWN: Limits = Limits {
    lowest: 0.038,
    highest: 0.0,
    between: [
        1461.0, 1558.0, 1946.0, 2300.0, 2874.0, 3588.0, 4655.0, 5881.0, 7791.0, 9736.0, 12_452.0, 17_372.0, 21_737.0,
        26_695.0, 29_939.0,
    ],
};
const M_UNDER_40: Limits = Limits {
    lowest: 0.062,
    highest: 0.0,
    between: [
        1479.0, 1571.0, 1861.0, 2077.0, 2419.0, 2644.0, 2943.0, 3442.0, 3888.0, 4507.0, 6104.0, 7636.0, 8740.0, 9383.0,
        9916.0,
    ],
};
const M_40: Limits = Limits {
    lowest: 0.042,
    highest: 0.0,
    between: [
        1443.0, 1498.0, 1722.0, 2158.0, 2534.0, 3071.0, 3650.0, 4413.0, 5518.0, 6644.0, 8612.0, 10_956.0, 12_281.0,
        14_394.0, 14_973.0,
    ],
};
const M_60: Limits = Limits {
    lowest: 0.023,
    highest: 0.0,
    between: [
        1460.0, 1610.0, 2001.0, 2345.0, 3098.0, 4244.0, 5501.0, 7050.0, 8919.0, 11_536.0, 14_600.0, 19_107.0, 21_721.0,
        24_017.0, 24_657.0,
    ],
};
const M_80: Limits = Limits {
    lowest: 0.016,
    highest: 0.054,
    between: [
        1439.0, 1630.0, 2263.0, 2845.0, 4151.0, 5967.0, 8617.0, 11_110.0, 13_457.0, 17_521.0, 21_561.0, 26_814.0,
        30_275.0, 33_405.0, 34_496.0,
    ],
};
const M_120: Limits = Limits {
    lowest: 0.008,
    highest: 0.191,
    between: [
        1548.0, 1730.0, 2932.0, 3298.0, 5135.0, 7443.0, 9302.0, 12_101.0, 14_985.0, 19_048.0, 23_958.0, 27_743.0,
        31_637.0, 33_525.0, 34_162.0,
    ],
};
const M_UNKNOWN: Limits = Limits {
    lowest: 0.02,
    highest: 0.0,
    between: [
        1649.0, 1660.0, 2437.0, 2830.0, 3391.0, 5119.0, 7179.0, 10_144.0, 12_484.0, 17_839.0, 19_345.0, 23_022.0,
        25_389.0, 28_353.0, 28_410.0,
    ],
};

/// Credit limits on silver, gold and platinum cards, by income class.
pub(super) const OTHER_LIMITS: [Limits; 6] = [
    Limits {
        lowest: 0.0,
        highest: 0.0,
        between: [
            10_017.0, 10_046.0, 10_194.0, 10_395.0, 10_915.0, 11_513.0, 12_219.0, 12_853.0, 13_401.0, 13_806.0,
            14_610.0, 15_987.0, 15_987.0, 15_987.0, 15_987.0,
        ],
    },
    Limits {
        lowest: 0.0,
        highest: 0.0,
        between: [
            3735.0, 5317.0, 15_139.0, 15_373.0, 15_804.0, 16_270.0, 16_918.0, 17_835.0, 18_404.0, 19_197.0, 21_192.0,
            23_609.0, 23_981.0, 23_981.0, 23_981.0,
        ],
    },
    Limits {
        lowest: 0.0,
        highest: 0.38,
        between: [
            6224.0, 6224.0, 25_213.0, 25_291.0, 26_112.0, 26_930.0, 28_082.0, 28_826.0, 29_721.0, 30_449.0, 31_841.0,
            33_180.0, 33_714.0, 33_942.0, 34_140.0,
        ],
    },
    Limits {
        lowest: 0.0,
        highest: 1.0,
        between: [
            14_938.0, 15_128.0, 15_886.0, 16_835.0, 18_731.0, 20_628.0, 22_525.0, 24_422.0, 26_318.0, 28_215.0,
            30_112.0, 32_008.0, 32_957.0, 33_715.0, 33_905.0,
        ],
    },
    Limits {
        lowest: 0.0,
        highest: 0.976,
        between: [
            14_938.0, 15_128.0, 15_886.0, 16_835.0, 18_731.0, 20_628.0, 22_525.0, 24_422.0, 26_318.0, 28_215.0,
            30_112.0, 32_008.0, 32_957.0, 33_715.0, 33_905.0,
        ],
    },
    Limits {
        lowest: 0.0,
        highest: 0.612,
        between: [
            7469.0, 13_179.0, 30_408.0, 30_736.0, 31_631.0, 31_871.0, 32_089.0, 32_271.0, 32_587.0, 32_824.0, 33_371.0,
            33_672.0, 33_850.0, 33_897.0, 33_905.0,
        ],
    },
];

/// A distribution of revolving balances among those with a credit limit below `limit_below`.
pub(super) struct Balances {
    pub(super) limit_below: f64,
    /// Those who carry none.
    pub(super) zero: f64,
    /// Those at [`HIGHEST_BALANCE`].
    pub(super) highest: f64,
    pub(super) between: Quantiles,
}

pub(super) const HIGHEST_BALANCE: i32 = 2517;

/// Revolving balances, by status and credit limit.
pub(super) const BALANCES: [[Balances; 7]; 2] = [
    [
        Balances {
            limit_below: 1438.4,
            zero: 0.595,
            highest: 0.0,
            between: [
                468.0, 485.0, 528.0, 602.0, 666.0, 697.0, 739.0, 773.0, 817.0, 869.0, 965.0, 1087.0, 1173.0, 1228.0,
                1309.0,
            ],
        },
        Balances {
            limit_below: 1800.0,
            zero: 0.349,
            highest: 0.0,
            between: [
                556.0, 574.0, 667.0, 728.0, 794.0, 883.0, 952.0, 996.0, 1058.0, 1169.0, 1277.0, 1365.0, 1475.0, 1592.0,
                1706.0,
            ],
        },
        Balances {
            limit_below: 2200.0,
            zero: 0.156,
            highest: 0.0,
            between: [
                468.0, 617.0, 786.0, 885.0, 1017.0, 1117.0, 1189.0, 1271.0, 1370.0, 1465.0, 1544.0, 1690.0, 1783.0,
                1918.0, 2057.0,
            ],
        },
        Balances {
            limit_below: 2600.0,
            zero: 0.106,
            highest: 0.001,
            between: [
                429.0, 622.0, 872.0, 1058.0, 1258.0, 1368.0, 1488.0, 1585.0, 1668.0, 1770.0, 1909.0, 2081.0, 2206.0,
                2379.0, 2481.0,
            ],
        },
        Balances {
            limit_below: 3200.0,
            zero: 0.089,
            highest: 0.079,
            between: [
                461.0, 629.0, 861.0, 1118.0, 1362.0, 1521.0, 1639.0, 1777.0, 1866.0, 1989.0, 2121.0, 2270.0, 2399.0,
                2487.0, 2512.0,
            ],
        },
        Balances {
            limit_below: 4000.0,
            zero: 0.164,
            highest: 0.101,
            between: [
                584.0, 614.0, 755.0, 876.0, 1110.0, 1292.0, 1458.0, 1600.0, 1725.0, 1876.0, 2024.0, 2239.0, 2354.0,
                2492.0, 2514.0,
            ],
        },
        Balances {
            limit_below: f64::INFINITY,
            zero: 0.179,
            highest: 0.042,
            between: [
                456.0, 579.0, 729.0, 857.0, 1054.0, 1217.0, 1363.0, 1501.0, 1635.0, 1775.0, 1946.0, 2139.0, 2296.0,
                2464.0, 2514.0,
            ],
        },
    ],
    [
        Balances {
            limit_below: 1438.4,
            zero: 0.774,
            highest: 0.0,
            between: [
                170.0, 207.0, 308.0, 322.0, 456.0, 538.0, 629.0, 810.0, 840.0, 899.0, 1006.0, 1080.0, 1183.0, 1221.0,
                1223.0,
            ],
        },
        Balances {
            limit_below: 1800.0,
            zero: 0.689,
            highest: 0.0,
            between: [
                168.0, 178.0, 252.0, 309.0, 462.0, 579.0, 663.0, 849.0, 951.0, 1104.0, 1370.0, 1475.0, 1551.0, 1648.0,
                1689.0,
            ],
        },
        Balances {
            limit_below: 2200.0,
            zero: 0.587,
            highest: 0.0,
            between: [
                228.0, 233.0, 330.0, 394.0, 542.0, 614.0, 703.0, 1089.0, 1458.0, 1556.0, 1680.0, 1794.0, 1844.0,
                1987.0, 2007.0,
            ],
        },
        Balances {
            limit_below: 2600.0,
            zero: 0.436,
            highest: 0.011,
            between: [
                191.0, 215.0, 277.0, 455.0, 582.0, 868.0, 1020.0, 1412.0, 1791.0, 1954.0, 2077.0, 2290.0, 2341.0,
                2421.0, 2432.0,
            ],
        },
        Balances {
            limit_below: 3200.0,
            zero: 0.413,
            highest: 0.19,
            between: [
                326.0, 341.0, 567.0, 884.0, 961.0, 1341.0, 1674.0, 1876.0, 2266.0, 2395.0, 2426.0, 2461.0, 2492.0,
                2510.0, 2514.0,
            ],
        },
        Balances {
            limit_below: 4000.0,
            zero: 0.504,
            highest: 0.273,
            between: [
                211.0, 221.0, 282.0, 424.0, 478.0, 795.0, 1047.0, 1175.0, 1384.0, 1472.0, 1692.0, 1884.0, 2212.0,
                2374.0, 2429.0,
            ],
        },
        Balances {
            limit_below: f64::INFINITY,
            zero: 0.52,
            highest: 0.114,
            between: [
                132.0, 154.0, 217.0, 318.0, 510.0, 744.0, 896.0, 1118.0, 1450.0, 1726.0, 1961.0, 2238.0, 2375.0,
                2476.0, 2513.0,
            ],
        },
    ],
];

/// One way to use the card; customers fall into four, from little to much.
pub(super) struct Habit {
    /// Shares of the numbers of products, 1 to 6.
    pub(super) products: [f64; 6],
    /// Number of transactions in the year.
    pub(super) transactions: Quantiles,
    /// Spend of the year: dollars at no transaction, dollars a transaction, spread round that, least and most.
    pub(super) spend: (f64, f64, f64, f64, f64),
    /// Spend of the fourth quarter over the first.
    pub(super) amount_change: Quantiles,
    /// Transactions of the fourth quarter over the first.
    pub(super) count_change: Quantiles,
    /// Rank correlation of the two changes.
    pub(super) together: f64,
}

/// A limit from which on customers use their card in other ways.
pub(super) const HIGH_LIMIT: f64 = 10_000.0;
/// Shares of the habits, by status, gender, and card: a blue one with a lower limit, a blue one with a high limit, another.
pub(super) const HABIT_SHARES: [[[[f64; 4]; 3]; 2]; 2] = [
    [
        [[0.222, 0.693, 0.033, 0.052], [0.326, 0.5, 0.071, 0.103], [0.194, 0.346, 0.184, 0.276]],
        [[0.43, 0.455, 0.04, 0.076], [0.384, 0.405, 0.086, 0.124], [0.221, 0.317, 0.191, 0.27]],
    ],
    [
        [[0.891, 0.051, 0.058, 0.0], [0.75, 0.068, 0.182, 0.0], [0.4, 0.225, 0.375, 0.0]],
        [[0.756, 0.071, 0.173, 0.0], [0.669, 0.117, 0.214, 0.0], [0.397, 0.191, 0.412, 0.0]],
    ],
];

/// The habits of existing customers, then of attrited ones, among whom no customer has the fourth.
pub(super) const HABITS: [[&Habit; 4]; 2] =
    [[&LITTLE, &USUAL, &MUCH, &MOST], [&FADING_LITTLE, &FADING_USUAL, &FADING_MUCH, &MOST]];

const LITTLE: Habit = Habit {
    products: [0.0, 0.018, 0.247, 0.243, 0.24, 0.253],
    transactions: [11.0, 19.0, 24.0, 27.0, 31.0, 34.0, 37.0, 40.0, 44.0, 49.0, 55.0, 62.0, 67.0, 77.0, 93.0],
    spend: (587.0, 29.4, 311.0, 816.0, 2999.0),
    amount_change: [
        0.256, 0.359, 0.441, 0.502, 0.574, 0.636, 0.691, 0.747, 0.81, 0.891, 1.006, 1.238, 1.433, 1.866, 3.397,
    ],
    count_change: [0.028, 0.24, 0.344, 0.4, 0.5, 0.562, 0.622, 0.682, 0.75, 0.833, 0.941, 1.125, 1.333, 2.0, 3.714],
    together: 0.44,
};

const USUAL: Habit = Habit {
    products: [0.063, 0.072, 0.23, 0.21, 0.214, 0.212],
    transactions: [39.0, 52.0, 58.0, 62.0, 66.0, 69.0, 72.0, 75.0, 77.0, 80.0, 83.0, 87.0, 89.0, 94.0, 103.0],
    spend: (2298.0, 26.7, 486.0, 3000.0, 5938.0),
    amount_change: [
        0.293, 0.428, 0.515, 0.563, 0.62, 0.662, 0.699, 0.735, 0.777, 0.816, 0.875, 0.952, 1.025, 1.228, 1.749,
    ],
    count_change: [
        0.242, 0.455, 0.522, 0.565, 0.625, 0.667, 0.702, 0.737, 0.771, 0.812, 0.864, 0.943, 1.026, 1.206, 1.783,
    ],
    together: 0.2,
};

const MUCH: Habit = Habit {
    products: [0.366, 0.502, 0.123, 0.002, 0.004, 0.002],
    transactions: [64.0, 70.0, 75.0, 79.0, 83.0, 85.0, 87.0, 89.0, 92.0, 95.0, 98.0, 102.0, 105.0, 112.0, 122.0],
    spend: (5711.0, 24.7, 488.0, 6453.0, 9523.0),
    amount_change: [0.56, 0.591, 0.62, 0.64, 0.675, 0.7, 0.717, 0.741, 0.765, 0.796, 0.829, 0.866, 0.898, 0.96, 1.087],
    count_change: [0.409, 0.435, 0.499, 0.525, 0.561, 0.589, 0.615, 0.643, 0.673, 0.7, 0.738, 0.805, 0.857, 0.911, 1.0],
    together: 0.07,
};

const MOST: Habit = Habit {
    products: [0.277, 0.371, 0.175, 0.098, 0.052, 0.027],
    transactions: [81.0, 88.0, 93.0, 96.0, 100.0, 104.0, 107.0, 111.0, 114.0, 117.0, 120.0, 124.0, 127.0, 131.0, 139.0],
    spend: (12_157.0, 23.0, 1034.0, 11_603.0, 18_484.0),
    amount_change: [
        0.507, 0.552, 0.614, 0.64, 0.68, 0.714, 0.741, 0.762, 0.795, 0.827, 0.861, 0.925, 0.978, 1.069, 1.232,
    ],
    count_change: [
        0.508, 0.552, 0.611, 0.637, 0.672, 0.696, 0.724, 0.746, 0.768, 0.796, 0.823, 0.864, 0.912, 0.991, 1.148,
    ],
    together: 0.01,
};

const FADING_LITTLE: Habit = Habit {
    products: [0.126, 0.183, 0.29, 0.133, 0.149, 0.118],
    transactions: [10.0, 14.0, 18.0, 25.0, 33.0, 37.0, 39.0, 41.0, 43.0, 45.0, 47.0, 51.0, 54.0, 60.0, 70.0],
    spend: (304.0, 43.8, 395.0, 510.0, 2981.0),
    amount_change: [
        0.0, 0.161, 0.342, 0.405, 0.49, 0.551, 0.609, 0.655, 0.705, 0.747, 0.82, 0.889, 0.988, 1.054, 1.492,
    ],
    count_change: [0.0, 0.076, 0.214, 0.28, 0.354, 0.4, 0.448, 0.486, 0.536, 0.593, 0.649, 0.756, 0.846, 1.112, 2.5],
    together: 0.27,
};

const FADING_USUAL: Habit = Habit {
    products: [0.169, 0.363, 0.081, 0.185, 0.113, 0.089],
    transactions: [37.0, 38.0, 41.0, 46.0, 49.0, 51.0, 53.0, 54.0, 56.0, 59.0, 63.0, 68.0, 74.0, 77.0, 78.0],
    spend: (1206.0, 61.1, 735.0, 3004.0, 6361.0),
    amount_change: [
        0.072, 0.168, 0.222, 0.336, 0.539, 0.809, 0.91, 0.967, 0.999, 1.022, 1.034, 1.047, 1.057, 1.061, 1.336,
    ],
    count_change: [0.176, 0.227, 0.297, 0.35, 0.395, 0.456, 0.49, 0.56, 0.61, 0.659, 0.75, 0.826, 0.861, 1.033, 1.114],
    together: 0.06,
};

const FADING_MUCH: Habit = Habit {
    products: [0.228, 0.301, 0.082, 0.142, 0.096, 0.151],
    transactions: [40.0, 51.0, 58.0, 60.0, 63.0, 65.0, 67.0, 70.0, 72.0, 75.0, 78.0, 82.0, 87.0, 90.0, 94.0],
    spend: (7641.0, 11.3, 852.0, 6408.0, 10_583.0),
    amount_change: [
        0.394, 0.438, 0.579, 0.692, 0.784, 0.828, 0.851, 0.889, 0.919, 0.947, 0.98, 1.015, 1.046, 1.062, 1.411,
    ],
    count_change: [
        0.429, 0.484, 0.547, 0.604, 0.683, 0.717, 0.759, 0.788, 0.829, 0.883, 0.934, 1.0, 1.073, 1.21, 1.684,
    ],
    together: 0.04,
};
