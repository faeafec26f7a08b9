Feature: targets of policy documents, with pointers into the text
  A target says what is to be reached by a year, who is responsible, and where the document says so. Where body
  and annex disagree, both stand. The figures are Shanghai's for 2023.

  Rule: body and annex are both kept
    Scenario Outline: what Shanghai's text says in two ways
      When Rui sends targets:Record
        """
        {"target": "<target>", "title": "<title>", "document": "$shanghai", "year": 2023, "owner": "市机关事务管理局", "direction": "at_least", "unit": "projects", "statements": [{"pointer": "<body>", "value": "<in_body>"}, {"pointer": "<annex>", "value": "<in_annex>"}]}
        """
      Then the effects hold
        """
        [{"kind": "targets.recorded", "statements": "2", "values": "2"}]
        """
      When Rui asks targets:Get
        """
        {"target": "<target>"}
        """
      Then the answer holds
        """
        {"statements": [{"pointer": "<body>", "value": "<in_body>"}, {"pointer": "<annex>", "value": "<in_annex>"}]}
        """

      Examples:
        | target            | title          | body  | in_body | annex  | in_annex |
        | hot-water         | 可再生能源热水系统 | 六(二) | 90      | 附表17 | 70       |
        | street-lamps      | 可再生能源智慧路灯 | 六(三) | 60      | 附表18 | 40       |
        | built-in          | 可再生能源建筑一体化 | 六(四) | 15      | 附表19 | 10       |
        | kitchen-waste     | 餐厨垃圾资源化利用 | 八(一) | 60      | 附表27 | 40       |

  Rule: a reduction needs a baseline year before its year
    Scenario: energy per square metre, 3 % below 2020
      When Rui sends targets:Record
        """
        {"target": "energy-per-m2", "title": "单位建筑面积能耗", "document": "$shanghai", "year": 2023, "baseline_year": 2020, "owner": "市机关事务管理局", "direction": "reduce_by", "unit": "basis-points", "statements": [{"pointer": "一(三)", "value": "300"}]}
        """
      Then the effects hold
        """
        [{"target": "energy-per-m2", "statements": "1", "values": "1"}]
        """

    Scenario: no baseline
      When Rui sends targets:Record
        """
        {"target": "energy-per-m2", "title": "单位建筑面积能耗", "document": "$shanghai", "year": 2023, "owner": "市机关事务管理局", "direction": "reduce_by", "unit": "basis-points", "statements": [{"pointer": "一(三)", "value": "300"}]}
        """
      Then it is refused with targets.baseline_needed, field "direction", value "reduce_by"

    Scenario: a baseline that is not before
      When Rui sends targets:Record
        """
        {"target": "energy-per-m2", "title": "单位建筑面积能耗", "document": "$shanghai", "year": 2023, "baseline_year": 2023, "owner": "市机关事务管理局", "direction": "reduce_by", "unit": "basis-points", "statements": [{"pointer": "一(三)", "value": "300"}]}
        """
      Then it is refused with targets.baseline, field "baseline_year", value "2023", params {"year": "2023"}

  Rule: a target is recorded once, each place in the text once
    Scenario: twice
      Given Rui has sent targets:Record
        """
        {"target": "total", "title": "能源消费总量", "document": "$shanghai", "year": 2023, "owner": "市机关事务管理局", "direction": "at_most", "unit": "tce", "statements": [{"pointer": "一(三)", "value": "1710000"}]}
        """
      When Rui sends targets:Record
        """
        {"target": "total", "title": "能源消费总量", "document": "$shanghai", "year": 2023, "owner": "市机关事务管理局", "direction": "at_most", "unit": "tce", "statements": [{"pointer": "一(三)", "value": "1710000"}]}
        """
      Then it is refused with targets.exists, field "target", value "total"

    Scenario: one place twice
      When Rui sends targets:Record
        """
        {"target": "total", "title": "能源消费总量", "document": "$shanghai", "year": 2023, "owner": "市机关事务管理局", "direction": "at_most", "unit": "tce", "statements": [{"pointer": "一(三)", "value": "1"}, {"pointer": "一(三)", "value": "2"}]}
        """
      Then it is refused with targets.pointer_twice, field "statements", value "一(三)"

  Rule: targets:All lists every target with all its statements
    Scenario: one target
      Given Rui has sent targets:Record
        """
        {"target": "heat", "title": "热水项目", "document": "$shanghai", "year": 2023, "owner": "市机关事务管理局", "direction": "at_least", "unit": "projects", "statements": [{"pointer": "六(二)", "value": "90"}, {"pointer": "附表 17", "value": "70"}]}
        """
      When Rui asks targets:All
        """
        {}
        """
      Then the answer holds
        """
        {"items": [{"statements": [{"pointer": "六(二)", "value": "90"}, {"pointer": "附表 17", "value": "70"}]}], "bookmark": ""}
        """
