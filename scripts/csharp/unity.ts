/** @file What Unity's versions define while they compile scripts, and the optional packages that ours uses. */

const common = ['UNITY_EDITOR', 'UNITY_2021_3_OR_NEWER', 'UNITY_2022_3_OR_NEWER'];
const six = [...common, 'UNITY_2023_1_OR_NEWER', 'UNITY_6000_0_OR_NEWER'];

/** The symbols of each version that the package is compiled for. */
export const unityVersions: Readonly<Record<string, readonly string[]>> = {
  '2022.3': [...common, 'UNITY_2022_3'],
  '6000.0': [...six, 'UNITY_6000_0'],
  '6000.3': [...six, 'UNITY_6000_3_OR_NEWER', 'UNITY_6000_3'],
  '6000.4': [...six, 'UNITY_6000_3_OR_NEWER', 'UNITY_6000_4_OR_NEWER', 'UNITY_6000_4'],
  '6000.5': [...six, 'UNITY_6000_3_OR_NEWER', 'UNITY_6000_4_OR_NEWER', 'UNITY_6000_5_OR_NEWER', 'UNITY_6000_5'],
};

/** What the package's own .asmdef defines where URP and HDRP are installed. */
export const optionalPackages = ['LORA_BRIDGE_URP', 'LORA_BRIDGE_HDRP'];
